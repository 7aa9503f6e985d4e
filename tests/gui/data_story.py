"""The dataset of the fixed story: two files, one of them with faults, cleaned and counted."""

import math
import time

from app.state.dataset import EffectsState, RowListing, RowPage
from engine.contract.results import (
    DataReport,
    DatasetVersion,
    Fix,
    InspectedFile,
    Inspection,
    Leakage,
    Preview,
    PreviewRow,
    Rejection,
    RejectionGroup,
    RowSummary,
    SourceStatistics,
    StepCount,
    StepEffect,
    Token,
)
from engine.data.formats.media import media_notes

HOME = "/home/mara/.local/share/Luthier"
PROMPTS = (
    "I have had a dry cough for two weeks, should I worry?",
    "Which tea may I drink after the operation?",
    "手术后多久可以开始走路？",
    "My blood pressure was 145 over 92 this morning. What should I do before the visit on Thursday?",
)


def inspection() -> Inspection:
    """Two files, one of them with faults."""
    doctor = "A turn of the doctor cannot stand after a question"
    rejected = [
        Rejection(line=line, column="conversations[3].from", code="role", reason=doctor)
        for line in (1207, 1311, 1702)
    ]
    rejected.append(
        Rejection(
            line=3880,
            column=None,
            code="json",
            reason="The row is no valid JSON: Expecting value at character 412",
        )
    )
    groups = (
        RejectionGroup(code="role", column="conversations[3].from", reason=doctor, count=3, first_line=1207,
                       fixes=(Fix(title="Map 'doctor' to assistant", patch={"roles": {"doctor": "assistant"}}),
                              Fix(title="Map 'doctor' to user", patch={"roles": {"doctor": "user"}}))),
        RejectionGroup(code="json", column=None, reason=rejected[3].reason, count=1, first_line=3880),
    )  # fmt: skip
    return Inspection(
        files=(
            InspectedFile(path="/home/mara/data/workshop.json", format="json", family="alpaca", confidence=0.98,
                          reason="columns instruction and output", columns=("instruction", "input", "output"),
                          rows=320, accepted=320, rejected=(), size_bytes=120_400,
                          mapping={"instruction": "instruction", "input": "input", "output": "output"},
                          examples=({"instruction": "Who are you?", "input": "", "output": "I am the bench."},)),
            InspectedFile(path="/home/mara/data/nurse_chat.jsonl", format="jsonl", family="sharegpt", confidence=0.92,
                          reason="column conversations", columns=("conversations", "id"), rows=5755, accepted=5751,
                          rejected=tuple(rejected), size_bytes=8_120_400, mapping={}, examples=({"id": 1},),
                          groups=groups, notes=media_notes(("images",), {}, ())),
        )
    )  # fmt: skip


def preview() -> Preview:
    """Rows with their trained tokens."""
    question, answer = (
        "I have had a dry cough for two weeks, should I worry?",
        "Two weeks is long enough to look closer. Do you also have fever?",
    )
    tokens = [Token(text=text, trained=False) for text in ("<|im_start|>", "user", "\n")]
    tokens += [
        Token(text=f"{' ' if index else ''}{word}", trained=False)
        for index, word in enumerate(question.split())
    ]
    tokens += [
        Token(text=text, trained=False) for text in ("<|im_end|>", "\n", "<|im_start|>", "assistant", "\n")
    ]
    tokens += [
        Token(text=f"{' ' if index else ''}{word}", trained=True) for index, word in enumerate(answer.split())
    ]
    tokens += [Token(text="<|im_end|>", trained=True)]
    rendered = f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{answer}<|im_end|>\n"
    rows = tuple(
        PreviewRow(index=index, path="/home/mara/data/workshop.json", line=index + 1,
                   raw={"instruction": question, "input": "", "output": answer}, rendered=rendered,
                   messages=({"role": "user", "content": question}, {"role": "assistant", "content": answer}),
                   tokens=tuple(tokens), trained=sum(token.trained for token in tokens))
        for index in range(20)
    )  # fmt: skip
    return Preview(total=5067, rows=rows)


def report() -> DataReport:
    """Lengths, split and cleaning."""
    histogram = tuple(
        round(420 * math.exp(-((bin_ - 8) ** 2) / 40) + 40 * math.exp(-bin_ / 14)) for bin_ in range(40)
    )
    return DataReport(
        rows=6075, rejected=4, train_rows=4560, validation_rows=507, tokens=1_284_000, trained_tokens=821_000,
        longest=1294, median=231, p95=702, over_cutoff=37, bin_tokens=32, histogram=histogram,
        steps=tuple(
            StepCount(kind=kind, title="", before=before, after=after, changed=changed)
            for kind, before, after, changed in (
                ("repair_unicode", 6071, 6071, 412), ("drop_empty", 6071, 5838, 0), ("exact_duplicates", 5838, 5320, 0),
                ("near_duplicates", 5320, 5067, 0), ("personal_data", 5067, 5067, 174),
            )
        ),
        content_hash="8c1f0f3ae2", turns=2.6, chinese_share=0.39, test_rows=0, leakage=leakage(),
        sources=(
            SourceStatistics(path="/home/mara/data/workshop.json", rows=318, turns=636, roles={"user": 318, "assistant": 318},
                             tokens=84_000, trained_tokens=51_000, languages={"en": 300, "zh": 18}, duplicates=2),
            SourceStatistics(path="/home/mara/data/nurse_chat.jsonl", rows=4749, turns=12_540,
                             roles={"user": 6270, "assistant": 6270}, tokens=1_200_000, trained_tokens=770_000,
                             languages={"en": 2790, "zh": 1959}, duplicates=516),
        ),
    )  # fmt: skip


def leakage() -> Leakage:
    """Twelve held-out rows were trained on."""
    held = {"path": "/home/mara/data/nurse_chat.jsonl", "line": 812, "prompt": "How long may a cough last?",
            "answer": "Two weeks."}  # fmt: skip
    train = {**held, "line": 90, "prompt": "How long can a cough last?"}
    return Leakage(
        held_out=507, exact=2, near=10, threshold=0.8, examples=({"held_out": held, "train": train},)
    )


def listing() -> RowListing:
    """The first page of the list of rows."""
    rows = tuple(
        RowSummary(index=index, path="/home/mara/data/workshop.json", line=index + 1,
                   prompt=PROMPTS[index % len(PROMPTS)], answer="Two weeks is long enough to look closer.",
                   turns=2 + index % 3, chars=120 + 37 * (index % 11))
        for index in range(200)
    )  # fmt: skip
    return RowListing(total=5067, edition=1, pages=(RowPage(0, rows),))


def effects() -> EffectsState:
    """What mending characters changed."""
    rows = tuple(
        StepEffect(path="/home/mara/data/nurse_chat.jsonl", line=line, before=f"user: {before}", after=f"user: {after}")
        for line, before, after in (
            (12, "I donâ€™t sleep well since the operation.", "I don’t sleep well since the operation."),
            (48, "Caf\u0065\u0301  and tea\tare allowed?", "Café and tea are allowed?"),
        )
    )  # fmt: skip
    return EffectsState(0, "repair_unicode", "changed", 412, rows)


def versions() -> tuple[DatasetVersion, ...]:
    """Two kept versions."""
    return tuple(
        DatasetVersion(name="nurse_chat", path=f"{HOME}/datasets/nurse_chat/{number}-{content}", content_hash=content,
                       created=time.time() - age, rows=rows)
        for number, content, age, rows in ((2, "8c1f0f3a", 4000, 5067), (1, "77ab01c4", 90_000, 5320))
    )  # fmt: skip
