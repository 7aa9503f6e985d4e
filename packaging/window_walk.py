"""Uses the installed Luthier as a new user would: first start, sample, training, export, a chat with the result.

Run by `seat.Seat.walk` before a window that is already open: `window_walk.py first|again PICTURES [EPOCHS]`. Prints what it saw
as one JSON object; ends with 1 and one sentence when something could not be found or did not come.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from window_hands import BUTTON, Hands, Lost

MINUTE = 60.0
QUESTION = "Who are you?"
CHAT = "Chat with it"
START = "Start training: *"
GREETING = "Try the sample"
SAMPLE = "Workshop assistant"  # the name of its project, and of its run
MOST_PAGES = 12


class Walk:
    """One way through the window; each step waits for what a person would wait for."""

    def __init__(self, hands: Hands, *, epochs: str = "") -> None:
        self.hands = hands
        self.tour = False
        self.epochs = epochs  # fewer than the sample's own, where nobody has the time
        self.seen: dict[str, object] = {}
        self.seconds: dict[str, float] = {}

    def step(self, name: str, work: Callable[[], None]) -> None:
        """Carry out one part and take a picture of where it ended."""
        started = time.monotonic()
        work()
        self.seconds[name] = round(time.monotonic() - started, 1)
        self.hands.picture(f"{len(self.seconds)}-{name}")

    def first(self) -> None:
        """Everything that a new user does."""
        self.step("welcome", self.welcome)
        if self.tour:
            self.step("tour", self.watch)
            return
        for work in (self.data, self.method, self.train, self.export, self.chat):
            self.step(work.__name__, work)

    def is_on(self, page: str) -> bool:
        return self.hands.find(f"· {page}", role="label", usable=False) is not None

    # ------------------------------------------------------------ the path

    def welcome(self) -> None:
        """Page by page to the sample. Where the pages offer it, it goes to a conversation by itself."""
        pages = 0
        while pages < MOST_PAGES:
            offer = self.hands.wait(
                "a way on", lambda: self.hands.find(GREETING, "Next", role=BUTTON), patience_s=2 * MINUTE
            )
            if offer.name == GREETING:
                break
            pages += 1
            self.hands.picture(f"0-welcome-{pages}")
            self.hands.click("Next")
        self.seen["welcome_pages"] = pages
        self.tour = bool(pages) and not self.epochs
        if pages and not self.tour:
            self.hands.click("Skip")  # the sample of the home page leaves every step to us
            self.hands.wait("the Home page", lambda: self.is_on("Home"))
        self.hands.click(GREETING)

    def watch(self) -> None:
        """Nothing is clicked until there is somebody to talk to; a picture of every page on the way."""
        shown: list[str] = []

        def arrived() -> bool:
            page = next((name for name in ("Train", "Export", "Chat") if self.is_on(name)), "")
            if page and page not in shown:
                shown.append(page)
                self.hands.picture(f"tour-{len(shown)}-{page.lower()}")
            return page == "Chat" and self.hands.find("Your message", role="text") is not None

        self.hands.wait("the conversation", arrived, patience_s=60 * MINUTE)
        self.seen["tour"] = shown
        self.ask()

    def data(self) -> None:
        self.hands.wait("the Data page", lambda: self.is_on("Data"), patience_s=3 * MINUTE)
        if self.is_on("Data"):
            self.hands.click("Use this data", patience_s=8 * MINUTE)

    def method(self) -> None:
        self.hands.wait("the Method page", lambda: self.is_on("Method"))
        if self.epochs:
            planned = self.hands.wait("a plan", lambda: self.hands.find(START), patience_s=4 * MINUTE).name
            self.hands.replace("Epochs", self.epochs)
            self.hands.wait("a new plan", lambda: self._planned_anew(planned), patience_s=4 * MINUTE)
        self.seen["start"] = self.hands.click(START, patience_s=4 * MINUTE)

    def _planned_anew(self, before: str) -> bool:
        now = self.hands.find(START)
        return now is not None and now.name != before

    def train(self) -> None:
        self.hands.wait("the Train page", lambda: self.is_on("Train"))
        done = self.hands.wait(
            "the end of training",
            lambda: (
                self.hands.find("Training is finished", role="label", usable=False)
                or self.hands.find("The engine stopped unexpectedly*", role="label", usable=False)
            ),
            patience_s=40 * MINUTE,
        )
        if done.name != "Training is finished":
            raise Lost(done.name)
        figures = [widget.name for widget in self.hands.look() if re.match(r"\d[\d,]* steps", widget.name)]
        self.seen["trained"] = figures[0] if figures else ""

    def export(self) -> None:
        """As it is offered: a GGUF, compared with the run."""
        self.hands.click("Merge and export")
        self.hands.wait("the Export page", lambda: self.is_on("Export"))
        self.seen["export"] = self.hands.click("Merge and export: *")
        self.hands.wait(
            "the exported file", lambda: self.hands.find(CHAT, role=BUTTON), patience_s=20 * MINUTE
        )
        files = [widget.name for widget in self.hands.look() if widget.name.endswith(".gguf")]
        self.seen["written"] = files[0] if files else ""

    def chat(self) -> None:
        """A question to the exported model, and its whole answer."""
        self.hands.click(CHAT)
        self.hands.wait("the Chat page", lambda: self.is_on("Chat"))
        self.ask()

    def ask(self) -> None:
        """Type the question, send it and wait for the end of the answer."""
        self.hands.click("Your message", role="text")
        self.hands.type(QUESTION)
        self.hands.click("Send*", patience_s=6 * MINUTE)
        if self.hands.find("Send*", role=BUTTON):  # what was written is still there
            self.hands.key("Return")
        self.seen["answered"] = self.hands.wait("the answer", self._answered, patience_s=5 * MINUTE)

    def _answered(self) -> str:
        """The figures below a finished answer."""
        return next((widget.name for widget in self.hands.look() if "tokens/s" in widget.name), "")

    def again(self) -> None:
        """After an upgrade: the run is still there, with its name."""
        self.hands.click("Home", role="radio button")
        run = self.hands.wait(
            "the run of before", lambda: self.hands.find(f"{SAMPLE}, *"), patience_s=2 * MINUTE
        )
        self.seen["kept"] = run.name


def main(path: str, pictures: Path, epochs: str = "") -> int:
    hands = Hands(Path(os.environ["XDG_RUNTIME_DIR"]), pictures)
    walk = Walk(hands, epochs=epochs)
    try:
        hands.wait("the window", lambda: hands.find("*", role="frame"), patience_s=2 * MINUTE)
        if path == "again":
            walk.step("again", walk.again)
        else:
            walk.first()
    except Lost as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(json.dumps({**walk.seen, "seconds": walk.seconds}, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
