"""How things are said on every page: names as they are, durations, and how a training stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dpn.runs.title import STATE_WORDS

if TYPE_CHECKING:
    from dpn.jobs.manager import JobView
    from dpn.runs.config import RunConfig

#: What a training is called before its data are loaded, when it has no folder yet.
NEW = "A new training"

_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_REREAD = re.compile(
    r"(?<=:)(?=//|[\w/+-]+:)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=[<~-])(?=[->=])|(?<=>)(?==)", re.I
)

#: Worlds whose trainings the pages show; and what most of them take alone.
SHOWN, PICTURES = ("picture", "text", "series"), ("picture",)
#: What a data set of each world is of.
THINGS = {"picture": "images", "text": "texts", "series": "series", "maze": "mazes"}

#: One of them.
THING = {"picture": "image", "text": "text", "series": "series", "maze": "maze"}

#: Data sets in grey that nobody drew.
LIT = ("fashion_mnist",)


def ink_word(config: RunConfig) -> str:
    """Return what is bright in a run's images: the ink of drawings, or light on what was seen."""
    is_lit = config.preparation == "photo" or config.training.dataset in LIT
    return "light" if is_lit else "ink"


def describe(view: JobView) -> str:
    """Return the state of a training in a few words."""
    words = STATE_WORDS[view.state]
    if view.place:
        words += f", number {view.place} in line"
        words += f", about {duration(view.wait)}" if view.wait else ""
    if view.state in ("running", "paused") and view.total_steps:
        words += f", {view.step / view.total_steps:.0%}"
        if view.state == "running" and view.seconds_left is not None:
            words += f", {duration(view.seconds_left)} left"
    return words


def duration(seconds: float) -> str:
    """Return a duration for people: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def passes(epochs: float, world: str = "picture") -> str:
    """Say how often a training of so many epochs sees each image: 0.45 of an epoch is no error."""
    thing, things = THING[world], THINGS[world]
    whole = int(epochs)
    if epochs < 1:
        return f"{max(epochs, 0.01):.0%} of the {things}, each once"
    if epochs == whole:
        return f"each {thing} {whole:,} times" if whole > 1 else f"each {thing} once"
    return f"each {thing} {whole:,} or {whole + 1:,} times"


def plain(text: str) -> str:
    """Return Markdown that shows ``text`` as it is: file and class names are never markup.

    It becomes one line. What the browser looks for once more after all escapes are gone (addresses,
    :icons: and arrows) is parted by U+2060, which has no width.
    """
    text = _REREAD.sub("\u2060", _BREAKS.sub(" ", text))
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-.!|$~:^&" else c for c in text)
