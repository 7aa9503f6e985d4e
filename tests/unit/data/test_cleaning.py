"""Steps are run once, undo is exact: what is prepared depends on sources and steps alone, not on the way there."""

import copy
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.state.document import History, with_value
from engine.data import cleaning
from engine.data.api import DataService
from engine.data.cleaning import Cleaner, step_key
from engine.data.steps.evaluation_overlap import EvaluationOverlap
from engine.data.steps.whitespace import Whitespace
from engine.data.table import rows_in
from engine.registry import default_recipe, parse_recipe

OPTIONS = {
    "whitespace": {"max_empty_lines": st.integers(0, 3), "single_blanks": st.booleans()},
    "drop_empty": {"min_answer_chars": st.integers(1, 6)},
    "too_long": {"max_chars": st.integers(5, 60)},
    "exact_duplicates": {
        "compare": st.sampled_from(["conversation", "prompt"]),
        "ignore_case": st.booleans(),
    },
}
ROWS = [
    {"instruction": f"question {place % 9}", "output": text}
    for place, text in enumerate(
        ("a", " A ", "b  b", "b b\n\n\n\nb", "long " * 9, "a", "x", "word  ", "C", "c", "é", "e\u0301") * 3
    )
]


def content_hash(service, document):
    recipe = parse_recipe(document)
    rows = service._clean_rows(recipe)
    return rows_in(rows).content_hash


class Draft:
    """The document as the app keeps it, with every change undoable."""

    def __init__(self, document):
        self.document, self.history, self.undone = document, History(), 0

    @property
    def steps(self):
        return copy.deepcopy(self.document["data"].get("steps") or [])

    def change(self, steps):
        self.history.record(self.document)
        self.document = with_value(self.document, "data.steps", steps)

    def undo_all(self):
        while (before := self.history.undo(self.document)) is not None:
            self.document = before


def operate(draft, data):
    """One random operation: add, remove, switch, move, edit options, edit or delete a row by hand."""
    steps = draft.steps
    kinds = ["add", "hand"] + ["remove", "switch", "move", "edit"] * bool(steps)
    kind = data.draw(st.sampled_from(kinds))
    place = data.draw(st.integers(0, max(0, len(steps) - 1)))
    if kind == "add":
        steps.insert(place, data.draw(step_documents()))
    elif kind == "hand":
        edit = {"path": draft.document["data"]["sources"][0]["path"], "line": data.draw(st.integers(1, 36))}
        if data.draw(st.booleans()):
            turns = [("user", "edited"), ("assistant", data.draw(st.sampled_from(["one", "two"])))]
            edit["messages"] = [{"role": role, "content": text} for role, text in turns]
        steps.append({"kind": "manual_edits", "edits": [edit]})
    elif kind == "remove":
        del steps[place]
    elif kind == "switch":
        steps[place]["enabled"] = not steps[place].get("enabled", True)
    elif kind == "move":
        steps.insert(data.draw(st.integers(0, len(steps) - 1)), steps.pop(place))
    elif steps[place]["kind"] in OPTIONS:
        steps[place] = data.draw(step_documents(steps[place]["kind"]))
    draft.change(steps)


def step_documents(kind=None):
    kinds = st.just(kind) if kind else st.sampled_from(sorted(OPTIONS))
    return kinds.flatmap(
        lambda found: st.fixed_dictionaries({}, optional=OPTIONS[found]).map(
            lambda options: {"kind": found, **options}
        )
    )


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(st.data())
def test_undoing_fifty_operations_gives_the_rows_of_the_beginning(write, tokenizer, data):
    path = write("a.jsonl", "\n".join(map(json.dumps, ROWS)))
    document = default_recipe()
    document["data"]["sources"] = [{"path": str(path)}]
    document["data"]["steps"] = data.draw(st.lists(step_documents(), max_size=2))
    service, draft = DataService(lambda _: tokenizer), Draft(document)
    before = content_hash(service, draft.document)
    seen = {}
    for _ in range(50):
        operate(draft, data)
        steps = json.dumps(draft.steps)
        found = content_hash(service, draft.document)
        assert seen.setdefault(steps, found) == found
        on = [step for step in draft.steps if step.get("enabled", True)]
        assert seen.setdefault(json.dumps(on), found) == found, "what is off is as if it were not there"
    last = draft.document
    draft.undo_all()
    assert draft.document == document
    assert content_hash(service, draft.document) == before
    fresh = DataService(lambda _: tokenizer)
    assert content_hash(fresh, last) == found and content_hash(fresh, document) == before


def test_steps_before_the_changed_one_are_not_run_again(write, recipe, tokenizer, monkeypatch):
    path = write("a.jsonl", "\n".join(map(json.dumps, ROWS)))
    run = []
    original = cleaning.applied
    monkeypatch.setattr(cleaning, "applied", lambda step, *more: run.append(step.kind) or original(step, *more))  # fmt: skip
    service = DataService(lambda _: tokenizer)
    first, second, third = {"kind": "whitespace"}, {"kind": "exact_duplicates"}, {"kind": "drop_empty"}

    def ask(*steps):
        run.clear()
        total = service.preview(recipe(path, steps=list(steps))).total
        return total, list(run)

    total, ran = ask(first, second, third)
    assert ran == ["whitespace", "exact_duplicates", "drop_empty"]
    assert ask(first, second) == (total, [])
    assert ask(first, third)[1] == ["drop_empty"]
    assert ask(first, second, third) == (total, [])
    assert ask({**first, "max_empty_lines": 0}, second)[1] == ["whitespace", "exact_duplicates"]
    run.clear()
    effects = service.effects(recipe(path, steps=[first, second, third]), step=1, what="removed")
    assert effects.total == len(ROWS) - total and run == []
    assert service.statistics(recipe(path, steps=[first, second])).steps[1].after == total and run == []
    write("a.jsonl", "\n".join(map(json.dumps, ROWS[:5])))
    assert ask(first)[1] == ["whitespace"]


def test_no_more_is_remembered_than_asked():
    cleaner, rows = Cleaner(keep=2), rows_in([])
    for number in range(5):
        cleaner.clean(("rows", number), lambda: rows, [Whitespace()])
    assert len(cleaner._done) == 2
    none = Cleaner(keep=0)
    none.clean((), lambda: rows, [Whitespace()])
    assert len(none._done) == 0


def test_a_file_that_a_step_names_is_part_of_its_key(write):
    path = write("b.jsonl", '{"instruction": "q", "output": "a"}')
    step = EvaluationOverlap(path=str(path))
    before = step_key(step)
    assert step_key(EvaluationOverlap(path=str(path))) == before
    write("b.jsonl", '{"instruction": "q", "output": "another"}')
    assert step_key(step) != before
