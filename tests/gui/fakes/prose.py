"""A long answer in Markdown, token by token: paragraphs, lists, tables and listings in several languages."""

from collections.abc import Iterator

SECTION = """
## Part {n}: how a joint is glued

The *neck joint* of part {n} has to be **clean and dry** before any glue comes near it; see `joint_{n}.fit()` for the
measure. What is wet stays weak, 湿的接缝会开裂 🎻, and what is dusty does not hold at all.

1. Warm the hide glue to 60 °C and keep it there.
2. Wet both faces with a brush, the end grain twice.
3. Clamp for {n} hours, with cauls that follow the arch.

```python
def fit(joint: Joint, *, glue: str = "hide", hours: int = {n}) -> bool:
    # the faces must touch everywhere, or the glue fills a gap that moves
    for face in joint.faces:
        if face.gap_mm > 0.05:
            raise ValueError(f"face {{face.name}} is {{face.gap_mm:.2f}} mm off")
    return clamp(joint, glue=glue, hours=hours)
```

| glue | open time | strength |
|---|---|---|
| hide | {n} min | high |
| fish | 20 min | lower |
| casein | 15 min | high |

> Whoever hurries here comes back to this page.

- [the table of times](https://example.org/{n})
- the list of *clamps*, and what each is for

"""


def pieces(count: int) -> Iterator[str]:
    """``count`` tokens of about four characters."""
    text, number = "", 0
    for _ in range(count):
        while len(text) < 4:
            number += 1
            text += SECTION.format(n=number)
        yield text[:4]
        text = text[4:]
