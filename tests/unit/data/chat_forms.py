"""Chat templates of the usual families, written for these tests, with what the model writes between G and E.

``plain`` is the template as a tokenizer has it; ``generation`` marks the model's turns for transformers' own mask;
``noted`` writes a character at both ends of them, from which a test reads the expected ranges.
"""

from dataclasses import dataclass

OPEN, CLOSE = "\x01", "\x02"


@dataclass(frozen=True)
class Form:
    """A template and what it takes. ``text_arguments``: it writes the arguments of calls as they come."""

    source: str
    system: bool = True
    tools: bool = False
    said_with_calls: bool = False
    several_calls: bool = True
    text_arguments: bool = False
    thinks: bool = False

    @property
    def plain(self) -> str:
        return self.source.replace("«G»", "").replace("«E»", "")

    @property
    def generation(self) -> str:
        return self.source.replace("«G»", "{% generation %}").replace("«E»", "{% endgeneration %}")

    @property
    def noted(self) -> str:
        return self.source.replace("«G»", f"{{{{ '{OPEN}' }}}}").replace("«E»", f"{{{{ '{CLOSE}' }}}}")


def _joined(*lines: str) -> str:
    return "".join(lines).replace("\n", "\\n")


CHATML = _joined(
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' }}",
    "{% if m.role == 'assistant' %}«G»{{ m.content + '<|im_end|>' }}«E»{{ '\n' }}",
    "{% else %}{{ m.content + '<|im_end|>\n' }}{% endif %}{% endfor %}",
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
)

LLAMA3 = _joined(
    "{{ '<|begin_of_text|>' }}{% for m in messages %}",
    "{{ '<|start_header_id|>' + m.role + '<|end_header_id|>\n\n' }}",
    "{% if m.role == 'assistant' %}«G»{{ m.content | trim + '<|eot_id|>' }}«E»",
    "{% else %}{{ m.content | trim + '<|eot_id|>' }}{% endif %}{% endfor %}",
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
)

# Functions stand in front of the first question; a call is the whole turn; results are JSON text.
LLAMA31 = _joined(
    "{{ '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nKnowledge until 2023.\n\n' }}",
    "{% if messages[0].role == 'system' %}{{ messages[0].content | trim }}{% set rest = messages[1:] %}",
    "{% else %}{% set rest = messages %}{% endif %}{{ '<|eot_id|>' }}",
    "{% for m in rest %}",
    "{% if m.tool_calls is defined %}",
    "{% if m.tool_calls | length != 1 %}{{ raise_exception('one call at a time') }}{% endif %}",
    "{% set call = m.tool_calls[0].function %}",
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}",
    '«G»{{ \'{"name": "\' + call.name + \'", "parameters": \' + (call.arguments | tojson) + "}<|eot_id|>" }}«E»',
    "{% elif m.role == 'tool' %}{{ '<|start_header_id|>ipython<|end_header_id|>\n\n' }}",
    "{{ m.content | tojson }}{{ '<|eot_id|>' }}",
    "{% else %}{{ '<|start_header_id|>' + m.role + '<|end_header_id|>\n\n' }}",
    "{% if loop.first and tools %}{{ 'Answer with a call of one of these functions:\n\n' }}",
    "{% for tool in tools %}{{ tool | tojson(indent=4) + '\n\n' }}{% endfor %}{% endif %}",
    "{% if m.role == 'assistant' %}«G»{{ m.content | trim + '<|eot_id|>' }}«E»",
    "{% else %}{{ m.content | trim + '<|eot_id|>' }}{% endif %}{% endif %}{% endfor %}",
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
)

_QWEN_TOOLS = (
    "{% if tools %}{{ '<|im_start|>system\n' }}",
    "{% if messages[0].role == 'system' %}{{ messages[0].content + '\n\n' }}{% endif %}",
    "{{ '# Functions\n<tools>' }}{% for tool in tools %}{{ '\n' + (tool | tojson) }}{% endfor %}",
    "{{ '\n</tools><|im_end|>\n' }}",
    "{% elif messages[0].role == 'system' %}{{ '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}",
)
_QWEN_RESULT = (
    "{% elif m.role == 'tool' %}",
    "{% if loop.first or messages[loop.index0 - 1].role != 'tool' %}{{ '<|im_start|>user' }}{% endif %}",
    "{{ '\n<tool_response>\n' + m.content + '\n</tool_response>' }}",
    "{% if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{ '<|im_end|>\n' }}{% endif %}",
)
_QWEN_CALLS = (
    "{% for call in m.tool_calls or [] %}{% if not loop.first or said %}{{ '\n' }}{% endif %}",
    '{{ \'<tool_call>\n{"name": "\' + call.function.name + \'", "arguments": \' }}',
    "{{ call.function.arguments | tojson }}{{ '}\n</tool_call>' }}{% endfor %}",
)

QWEN25 = _joined(
    *_QWEN_TOOLS,
    "{% else %}{{ '<|im_start|>system\nYou are Maple.<|im_end|>\n' }}{% endif %}",
    "{% for m in messages %}{% set said = m.content %}",
    "{% if m.role == 'user' %}{{ '<|im_start|>user\n' + m.content + '<|im_end|>\n' }}",
    "{% elif m.role == 'assistant' %}{{ '<|im_start|>assistant\n' }}«G»{{ m.content }}",
    *_QWEN_CALLS,
    "{{ '<|im_end|>' }}«E»{{ '\n' }}",
    *_QWEN_RESULT,
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
)

# Thoughts are shown in the turns behind the last question only, where an empty thought stands for none.
QWEN3 = _joined(
    *_QWEN_TOOLS,
    "{% endif %}{% set ns = namespace(last=messages | length - 1, seen=false) %}",
    "{% for m in messages[::-1] %}{% if not ns.seen and m.role == 'user' and ",
    "not (m.content.startswith('<tool_response>') and m.content.endswith('</tool_response>')) %}",
    "{% set ns.seen = true %}{% set ns.last = messages | length - 1 - loop.index0 %}{% endif %}{% endfor %}",
    "{% for m in messages %}{% set said = m.content %}{% set thought = '' %}",
    "{% if m.role == 'assistant' and '</think>' in said %}",
    "{% set thought = said.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}",
    "{% set said = said.split('</think>')[-1].lstrip('\n') %}{% endif %}",
    "{% if m.role == 'user' %}{{ '<|im_start|>user\n' + m.content + '<|im_end|>\n' }}",
    "{% elif m.role == 'assistant' %}{{ '<|im_start|>assistant\n' }}«G»",
    "{% if loop.index0 > ns.last and (loop.last or thought) %}",
    "{{ '<think>\n' + thought.strip('\n') + '\n</think>\n\n' + said.lstrip('\n') }}",
    "{% else %}{{ said }}{% endif %}",
    *_QWEN_CALLS,
    "{{ '<|im_end|>' }}«E»{{ '\n' }}",
    *_QWEN_RESULT,
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
)

# The system prompt stands in the first question, functions in front of the last one; calls carry identifiers.
MISTRAL = _joined(
    "{{ '<s>' }}{% set ns = namespace(system='', last=-1) %}",
    "{% for m in messages %}{% if m.role == 'user' %}{% set ns.last = loop.index0 %}{% endif %}{% endfor %}",
    "{% for m in messages %}{% if m.role == 'system' %}{% set ns.system = m.content + '\n\n' %}",
    "{% elif m.role == 'user' %}",
    "{% if tools and loop.index0 == ns.last %}{{ '[AVAILABLE_TOOLS] ' + (tools | tojson) + '[/AVAILABLE_TOOLS]' }}{% endif %}",
    "{{ '[INST] ' + ns.system + m.content + '[/INST]' }}{% set ns.system = '' %}",
    "{% elif m.tool_calls is defined %}«G»{{ '[TOOL_CALLS] [' }}{% for call in m.tool_calls %}",
    "{% if call.id is not defined or call.id | length != 9 %}{{ raise_exception('identifiers have nine letters') }}{% endif %}",
    "{{ (call.function | tojson)[:-1] + ', \"id\": \"' + call.id + '\"}' }}{% if not loop.last %}{{ ', ' }}{% endif %}",
    "{% endfor %}{{ ']</s>' }}«E»",
    "{% elif m.role == 'assistant' %}«G»{{ ' ' + m.content + '</s>' }}«E»",
    "{% elif m.role == 'tool' %}{{ '[TOOL_RESULTS] {\"content\": ' + (m.content | tojson) }}",
    "{{ ', \"call_id\": \"' + m.tool_call_id + '\"}[/TOOL_RESULTS]' }}{% endif %}{% endfor %}",
)

GEMMA = _joined(
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}",
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}",
    "{{ raise_exception('Roles must take turns') }}{% endif %}",
    "{% if m.role == 'assistant' %}{{ '<start_of_turn>model\n' }}«G»{{ m.content | trim + '<end_of_turn>' }}«E»{{ '\n' }}",
    "{% else %}{{ '<start_of_turn>' + m.role + '\n' + m.content | trim + '<end_of_turn>\n' }}{% endif %}{% endfor %}",
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}",
)

PHI = _joined(
    "{% for m in messages %}{{ '<|' + m.role + '|>' }}",
    "{% if m.role == 'assistant' %}«G»{{ m.content + '<|end|>' }}",
    "{% if loop.last and not add_generation_prompt %}{{ eos_token }}{% endif %}«E»",
    "{% else %}{{ m.content + '<|end|>' }}{% endif %}{% endfor %}",
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}",
)

# Arguments are written as they come, as text; earlier thoughts are cut off; calls stand without a content.
DEEPSEEK = _joined(
    "{{ '<｜begin▁of▁sentence｜>' }}{% set ns = namespace(after_result=false) %}",
    "{% for m in messages %}{% if m.role == 'system' %}{{ m.content }}",
    "{% elif m.role == 'user' %}{% set ns.after_result = false %}{{ '<｜User｜>' + m.content }}",
    "{% elif m.role == 'tool' %}{% set ns.after_result = true %}",
    "{{ '<｜tool▁output▁begin｜>' + m.content + '<｜tool▁output▁end｜>' }}",
    "{% elif m.tool_calls is defined %}{% if not ns.after_result %}{{ '<｜Assistant｜>' }}{% endif %}«G»{{ '<｜tool▁calls▁begin｜>' }}{% for call in m.tool_calls %}",
    "{{ '<｜tool▁call▁begin｜>' + call.function.name + '<｜tool▁sep｜>' + call.function.arguments + '<｜tool▁call▁end｜>' }}",
    "{% endfor %}{{ '<｜tool▁calls▁end｜><｜end▁of▁sentence｜>' }}«E»",
    "{% else %}{% if not ns.after_result %}{{ '<｜Assistant｜>' }}{% endif %}",
    "«G»{{ m.content.split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}«E»{% endif %}{% endfor %}",
    "{% if add_generation_prompt and not ns.after_result %}{{ '<｜Assistant｜>' }}{% endif %}",
)

# There is no end marker: the next turn's role ends an answer.
GLM = _joined(
    "{{ '[gMASK]<sop>' }}{% for m in messages %}",
    "{% if m.role == 'assistant' %}{{ '<|assistant|>' }}«G»{{ '\n' + m.content }}«E»",
    "{% else %}{{ '<|' + m.role + '|>\n' + m.content }}{% endif %}{% endfor %}",
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}",
)

YI = _joined(
    "{% if messages[0].role == 'system' %}{{ messages[0].content }}{% endif %}",
    "{% for m in messages %}{% if m.role == 'user' %}",
    "{{ '<|im_start|>user\n' + m.content + '<|im_end|>\n<|im_start|>assistant\n' }}",
    "{% elif m.role == 'assistant' %}«G»{{ m.content + '<|im_end|>' }}«E»{{ '\n' }}{% endif %}{% endfor %}",
)

ZEPHYR = _joined(
    "{% for m in messages %}{{ '<|' + m.role + '|>\n' }}",
    "{% if m.role == 'assistant' %}«G»{{ m.content + eos_token }}«E»{{ '\n' }}",
    "{% else %}{{ m.content + eos_token + '\n' }}{% endif %}",
    "{% if loop.last and add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}{% endfor %}",
)

LLAMA2 = _joined(
    "{% for m in messages %}{% if m.role == 'system' %}",
    "{% elif m.role == 'user' %}{{ '<s>[INST] ' }}",
    "{% if loop.index0 == 1 and messages[0].role == 'system' %}{{ '<<SYS>>\n' + messages[0].content + '\n<</SYS>>\n\n' }}{% endif %}",
    "{{ m.content | trim + ' [/INST]' }}",
    "{% else %}«G»{{ ' ' + m.content | trim + ' </s>' }}«E»{% endif %}{% endfor %}",
)

# Each call's arguments are listed one by one, as some newer families do.
LISTED = _joined(
    "{{ '[gMASK]<sop>' }}{% if tools %}{{ '<|system|>\n' + (tools | tojson) }}{% endif %}",
    "{% for m in messages %}{% if m.role == 'assistant' %}{{ '<|assistant|>' }}«G»{{ '\n' }}",
    "{% if m.content %}{{ m.content | trim }}{% endif %}{% for call in m.tool_calls or [] %}",
    "{{ '<tool_call>' + call.function.name }}{% for key, value in call.function.arguments.items() %}",
    "{{ '\n<arg_key>' + key + '</arg_key>\n<arg_value>' + (value if value is string else value | tojson) + '</arg_value>' }}",
    "{% endfor %}{{ '\n</tool_call>' }}{% endfor %}{{ '<|end|>' }}«E»",
    "{% elif m.role == 'tool' %}{{ '<|observation|>\n' + m.content }}",
    "{% else %}{{ '<|' + m.role + '|>\n' + m.content }}{% endif %}{% endfor %}",
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}",
)

FORMS = {
    "chatml": Form(CHATML),
    "llama2": Form(LLAMA2),
    "llama3": Form(LLAMA3),
    "llama3.1": Form(LLAMA31, tools=True, several_calls=False),
    "qwen2.5": Form(QWEN25, tools=True, said_with_calls=True),
    "qwen3": Form(QWEN3, tools=True, said_with_calls=True, thinks=True),
    "mistral": Form(MISTRAL, tools=True),
    "gemma": Form(GEMMA, system=False),
    "phi": Form(PHI),
    "deepseek": Form(DEEPSEEK, tools=True, text_arguments=True, thinks=True),
    "glm": Form(GLM),
    "listed": Form(LISTED, tools=True, said_with_calls=True),
    "yi": Form(YI),
    "zephyr": Form(ZEPHYR),
}

SPECIAL = [
    *(
        "<|im_start|>",
        "<|im_end|>",
        "<|begin_of_text|>",
        "<|start_header_id|>",
        "<|end_header_id|>",
        "<|eot_id|>",
    ),
    *("<s>", "</s>", "[INST]", "[/INST]", "[TOOL_CALLS]", "<start_of_turn>", "<end_of_turn>", "<bos>"),
    *(
        "<|user|>",
        "<|assistant|>",
        "<|system|>",
        "<|end|>",
        "<|endoftext|>",
        "[gMASK]",
        "<sop>",
        "<|observation|>",
    ),
    *(
        "<｜begin▁of▁sentence｜>",
        "<｜end▁of▁sentence｜>",
        "<｜User｜>",
        "<｜Assistant｜>",
        "<｜tool▁calls▁begin｜>",
    ),
]
