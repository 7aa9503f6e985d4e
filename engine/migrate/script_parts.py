"""The pieces of Python that ``to_script`` puts together: a training loop as one would write it by hand.

They stand here as text because they are not ours to run: whoever exports a script reads it, changes it and runs it
without Luthier.
"""

import json
from typing import Any

READERS = {
    "json": """
def read_json(path):
    return json.loads(Path(path).read_text(encoding="utf-8-sig"))
""",
    "jsonl": """
def read_jsonl(path):
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
""",
    "csv": """
def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter="\\t" if str(path).endswith(".tsv") else ","))
""",
    "parquet": """
def read_parquet(path):
    return pyarrow.parquet.read_table(path).to_pylist()
""",
}

ROWS = {
    "alpaca": """
def from_alpaca(row, columns):
    cell = lambda name: row.get(columns.get(name, name)) or ""
    question = "\\n".join(part for part in (cell("instruction"), cell("input")) if part)
    system = [{"role": "system", "content": cell("system")}] if cell("system") else []
    return [*system, {"role": "user", "content": question}, {"role": "assistant", "content": cell("output")}]
""",
    "prompt_completion": """
def from_prompt_completion(row, columns):
    cell = lambda name: row.get(columns.get(name, name)) or ""
    system = [{"role": "system", "content": cell("system")}] if cell("system") else []
    turns = [{"role": "user", "content": cell("prompt")}, {"role": "assistant", "content": cell("completion")}]
    return [*system, *turns]
""",
    "messages": """
def from_messages(row, columns):
    turns = row[columns.get("messages", "messages")]
    return [{"role": turn["role"], "content": turn["content"]} for turn in turns]
""",
    "sharegpt": """
def from_sharegpt(row, columns):
    roles = {"human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "system": "system"}
    turns = row[columns.get("conversations", "conversations")]
    system = row.get(columns.get("system", "system"))
    first = [{"role": "system", "content": system}] if system else []
    return first + [{"role": roles[turn["from"]], "content": turn["value"]} for turn in turns]
""",
    "text": """
def from_text(row, columns):
    return row[columns.get("text", "text")]
""",
}

CONVERSATION = '''
def encode(tokenizer, messages):
    """Token ids of a conversation, and which of them are learnt: the assistant's turns with what ends them."""
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    spans = []
    for turn, message in enumerate(messages):
        if message["role"] == "assistant":
            prompt = tokenizer.apply_chat_template(messages[:turn], tokenize=False, add_generation_prompt=True)
            answered = tokenizer.apply_chat_template(messages[: turn + 1], tokenize=False).rstrip()
            if not (text.startswith(prompt) and text.startswith(answered)):
                raise SystemExit("This chat template changes earlier turns; its answers cannot be found so simply.")
            spans.append((len(prompt), len(answered)))
    found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    trained = [
        @EVERY@any(start < end and start < stop and end > begin for begin, stop in spans)
        for start, end in found["offset_mapping"]
    ]
    trained[0] = False  # nothing predicts the first token
    return found["input_ids"][:CUTOFF], trained[:CUTOFF]
'''

TEXT = '''
def encode(tokenizer, text):
    """Token ids of a text between the marks of its beginning and end; all but the first are learnt."""
    begin = tokenizer.bos_token if getattr(tokenizer, "add_bos_token", False) and tokenizer.bos_token else ""
    ids = tokenizer(begin + text + (tokenizer.eos_token or ""), add_special_tokens=False)["input_ids"][:CUTOFF]
    return ids, [False] + [True] * (len(ids) - 1)
'''

EXAMPLES = '''
def examples(tokenizer, files):
    """Every row of the files as token ids and what of them is learnt; rows with nothing to learn are left out."""
    found = []
    for path, read, convert, columns, most in files:
        rows = read(path)[:most]
        encoded = [encode(tokenizer, convert(row, columns)) for row in rows]
        found += [(ids, trained) for ids, trained in encoded if any(trained)]
    return found[:MAX_SAMPLES]
'''

ORDER = '''
def batches_of(step, count):
    """The rows of each micro-batch of a step: every epoch in a new order, its last smaller batch kept."""
    per_step = BATCH_SIZE * ACCUMULATION
    epoch, within = divmod(step, math.ceil(count / per_step))
    rows = @ROWS@
    chosen = rows[within * per_step : (within + 1) * per_step]
    return [chosen[start : start + BATCH_SIZE] for start in range(0, len(chosen), BATCH_SIZE)]
'''
SHUFFLED = "np.random.Generator(np.random.Philox(key=[SEED, epoch])).permutation(count).tolist()"
IN_ORDER = "list(range(count))"

BATCH = '''
def tensors(rows, pad, device):
    """Rows side by side, padded on the right: ids, attention mask, and labels that are -100 where nothing is learnt."""
    width = max(len(ids) for ids, _ in rows)
    ids = torch.full((len(rows), width), pad)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    labels = torch.full((len(rows), width), -100)
    for place, (tokens, trained) in enumerate(rows):
        ids[place, : len(tokens)] = torch.tensor(tokens)
        mask[place, : len(tokens)] = 1
        learnt = [token if wanted else -100 for token, wanted in zip(tokens, trained)]
        labels[place, : len(tokens)] = torch.tensor(learnt)
    return ids.to(device), mask.to(device), labels.to(device)


def loss_sum(model, rows, pad, device):
    """Cross-entropy, summed over the tokens that are learnt."""
    ids, mask, labels = tensors(rows, pad, device)
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda" and DTYPE is torch.bfloat16):
        logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1].float()
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100, reduction="sum"@SMOOTHING@
    )
'''

OPTIMIZER = '''
def make_optimizer(model):
    """Matrices decay, vectors do not."""
    groups = []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            decay = WEIGHT_DECAY if parameter.ndim >= 2 else 0.0
            rate = LEARNING_RATE@FASTER@
            groups.append({"params": [parameter], "weight_decay": decay, "lr": rate})
    return @OPTIMIZER@
'''

EVALUATE = '''
def held_out_loss(model, rows, pad, device):
    """Mean loss a token on rows that are not trained on."""
    model.eval()
    with torch.inference_mode():
        total = sum(float(loss_sum(model, [row], pad, device)) for row in rows)
    model.train()
    return total / sum(sum(trained) for _, trained in rows)
'''

TRAIN = """
def main():
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    train = examples(tokenizer, TRAIN_FILES)@HELD_OUT@
    torch.manual_seed(SEED)
    model = make_model(device)
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = make_optimizer(model)
    per_epoch = math.ceil(len(train) / (BATCH_SIZE * ACCUMULATION))
    steps = MAX_STEPS or max(1, math.ceil(EPOCHS * per_epoch))
    warmup = math.ceil(steps * WARMUP_RATIO)
    schedule = get_scheduler(SCHEDULE, optimizer, warmup, steps@DECAY@)
    for step in range(steps):
        batches = [[train[row] for row in rows] for rows in batches_of(step, len(train))]
        tokens = sum(sum(learnt) for rows in batches for _, learnt in rows)
        total = 0.0
        for rows in batches:
            loss = loss_sum(model, rows, pad, device) / tokens  # the mean over all tokens of the step
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(trained, MAX_GRAD_NORM or math.inf)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if (step + 1) % LOGGING_STEPS == 0 or step + 1 == steps:
            print(json.dumps({"step": step + 1, "loss": total, "learning_rate": schedule.get_last_lr()[0]}), flush=True)@EVERY@
    model.save_pretrained(OUTPUT)
    tokenizer.save_pretrained(OUTPUT)


if __name__ == "__main__":
    main()
"""
MEASURED = """
        if (step + 1) % (EVAL_STEPS or per_epoch) == 0 or step + 1 == steps:
            print(json.dumps({"step": step + 1, "eval_loss": held_out_loss(model, held_out, pad, device)}), flush=True)"""
SAVED = """
        if (step + 1) % SAVE_STEPS == 0:
            model.save_pretrained(Path(OUTPUT) / f"step-{step + 1}")"""
HELD_OUT_FILE = """
    held_out = examples(tokenizer, HELD_OUT_FILES)"""
HELD_OUT_SHARE = """
    shuffled = np.random.default_rng(SEED).permutation(len(train)).tolist()
    count = @COUNT@
    held_out = [train[row] for row in shuffled[:count]]
    train = [train[row] for row in sorted(shuffled[count:])]"""

MODEL = """
def make_model(device):
    model = AutoModelForCausalLM.from_pretrained(
        MODEL, dtype=DTYPE, attn_implementation=ATTENTION@QUANTIZED@
    )@PLACED@
    model.config.use_cache = False
    model.requires_grad_(@ALL@)@CHECKPOINTING@@ADAPTER@
    return model
"""
CHECKPOINTING = """
    model.enable_input_require_grads()
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})"""


def literal(value: Any) -> str:
    """``value`` as it is written in Python, texts in double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    return repr(value)
