"""How things are said on every page: names as they are, durations, and how a training stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dpn.language import msg, percent, t
from dpn.runs.title import STATE_WORDS

if TYPE_CHECKING:
    from dpn.jobs.job import JobView
    from dpn.runs.config import RunConfig

#: What a training is called before its data are loaded, when it has no folder yet.
NEW = msg("A new training")

#: What happens to it after its last batch.
TESTED = msg("being tested")

_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_REREAD = re.compile(
    r"(?<=:)(?=//|[\w/+-]+:)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=[<~-])(?=[->=])|(?<=>)(?==)", re.I
)

#: Worlds whose trainings Train shows; those whose answers are right or wrong; and what most pages
#: take alone.
SHOWN, ANSWERED, PICTURES = (
    ("picture", "text", "series", "list", "maze"),
    ("picture", "text", "series", "list"),
    ("picture",),
)
#: What a data set of each world is of.
THINGS = {
    "picture": msg("images"),
    "text": msg("texts"),
    "series": msg("series"),
    "list": msg("lists"),
    "maze": msg("mazes"),
}

#: One of them.
THING = {
    "picture": msg("image"),
    "text": msg("text"),
    "series": msg("series"),
    "list": msg("list"),
    "maze": msg("maze"),
}

#: One of a thing, and several.
COUNTS = {
    "state": (msg("{count:,} state"), msg("{count:,} states")),
    "decision": (msg("{count:,} decision"), msg("{count:,} decisions")),
    "move": (msg("{count:,} move"), msg("{count:,} moves")),
    "step": (msg("{count:,} step"), msg("{count:,} steps")),
    "batch": (msg("{count:,} batch"), msg("{count:,} batches")),
    "channel": (msg("{count:,} channel"), msg("{count:,} channels")),
    "kernel": (msg("{count:,} kernel"), msg("{count:,} kernels")),
    "hidden unit": (msg("{count:,} hidden unit"), msg("{count:,} hidden units")),
    "training": (msg("{count:,} training"), msg("{count:,} trainings")),
    "unit": (msg("{count:,} unit"), msg("{count:,} units")),
    "patch": (msg("{count:,} patch"), msg("{count:,} patches")),
    "row": (msg("{count:,} row"), msg("{count:,} rows")),
    "column": (msg("{count:,} column"), msg("{count:,} columns")),
    "band": (msg("{count:,} band"), msg("{count:,} bands")),
}

#: Data sets in grey that nobody drew.
LIT = ("fashion_mnist",)


def how_many(count: int, thing: str) -> str:
    """Return "1 state" or "1,234 states"; ``thing`` is a key of ``COUNTS``."""
    return t(COUNTS[thing][count != 1], count=count)


def ink_word(config: RunConfig) -> str:
    """Return what is bright in a run's images, for ``t``: the ink of drawings, or light."""
    is_lit = config.preparation == "photo" or config.training.dataset in LIT
    return msg("light") if is_lit else msg("ink")


def describe(view: JobView) -> str:
    """Return the state of a training in a few words."""
    if view.state == "running" and 0 < view.total_steps <= view.step:
        return t(TESTED)  # which takes seconds; nothing is left to train
    words = [t(STATE_WORDS[view.state])]
    if view.place:
        words.append(t("number {place} in line", place=view.place))
        wait = view.wait or 0
        words += [t("about {time}", time=duration(wait))] if wait >= 0.5 else []
    if view.state in ("running", "paused") and view.total_steps:
        words.append(percent(view.step / view.total_steps, 0))
        if view.state == "running" and view.seconds_left is not None:
            words.append(t("{time} left", time=duration(view.seconds_left)))
    return t(", ").join(words)


def duration(seconds: float) -> str:
    """Return a duration for people: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return t("{seconds} s", seconds=whole)
    if whole < 3600:
        return t("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return t("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)


def took(seconds: float) -> str:
    """Return how long something took, as ``duration``; short ones are told apart: "1.4 s"."""
    if seconds < 9.95:
        digits = 1 if seconds >= 0.095 else 2
        return t("{seconds} s", seconds=f"{max(seconds, 0.01):.{digits}f}")
    return duration(seconds)


def passes(epochs: float, world: str = "picture") -> str:
    """Say how often a training of so many epochs sees each image: 0.45 of an epoch is no error."""
    thing, things = t(THING[world]), t(THINGS[world])
    whole = int(epochs)
    if epochs < 1:
        return t("{share} of the {things}, each once", share=percent(epochs, 0), things=things)
    if epochs == whole:
        if whole > 1:
            return t("each {thing} {count:,} times", thing=thing, count=whole)
        return t("each {thing} once", thing=thing)
    return t("each {thing} {low:,} or {high:,} times", thing=thing, low=whole, high=whole + 1)


def plain(text: str) -> str:
    """Return Markdown that shows ``text`` as it is: file and class names are never markup.

    It becomes one line. What the browser looks for once more after all escapes are gone (addresses,
    :icons: and arrows) is parted by U+2060, which has no width.
    """
    text = _REREAD.sub("\u2060", _BREAKS.sub(" ", text))
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-.!|$~:^&" else c for c in text)
