"""The names in the address of each page: what each takes, how it is read, and how it is written.

Streamlit's own ``bind="query-params"`` (1.67) is not used. It names a value after its widget's
key, and ours hold a preset, a run or a data set; it writes options as their labels, and those of
runs change with their state and title; it drops a value that it cannot use without a word; and a
name that is bound to one page's widget is taken out of the address on all others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dpn.address import panel
from dpn.address.drawing import LONGEST as LONGEST_DRAWING
from dpn.address.drawing import Stroke, decode, encode
from dpn.errors import ConfigError, did_you_mean
from dpn.models.config import MODEL_NAMES, OPERATOR_NAMES, TRACKER_NAMES, tracker_names
from dpn.models.presets import PRESET_NAMES
from dpn.names import listed, shown

#: Characters of a folder's name, and so of a run's id.
LONGEST_ID = 255
#: Runs that are compared at once, and ids of which more than those are still counted.
MOST_RUNS, MOST_IDS = 6, 24
#: Names of an address that are read.
MOST_NAMES = 100
#: Characters of a whole query string; the server refuses those above 4,096.
LONGEST = 4000


@dataclass(frozen=True)
class Name:
    """What one name takes.

    Attributes:
        read: makes a value of its text; raises ValueError for what it does not take.
        accepted: what it takes, in words: "epochs takes …".
        write: makes its text of a value.
    """

    read: Callable[[str], Any]
    accepted: str
    write: Callable[[Any], str] = str


def _whole(low: int, high: int) -> Name:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,10}", text) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return Name(read, f"a whole number from {low} to {high}")


def _number(low: float, high: float) -> Name:
    def read(text: str) -> float:
        if not re.fullmatch(r"[0-9.eE+-]{1,30}", text):
            raise ValueError(text)
        if not low <= (value := float(text)) <= high:
            raise ValueError(text)
        return value

    return Name(read, f"a number from {low:g} to {high:g}", number_text)


def number_text(value: float) -> str:
    """Return a number as short as it can be and still be the same."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def _choice(*names: str) -> Name:
    def read(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    return Name(read, listed(names, 12))


_SWITCH = {"true": True, "false": False}


def _switch() -> Name:
    def read(text: str) -> bool:
        if text not in _SWITCH:
            raise ValueError(text)
        return _SWITCH[text]

    return Name(read, "true or false", lambda value: str(bool(value)).lower())


def _id(what: str) -> Name:
    def read(text: str) -> str:
        if not (0 < len(text) <= LONGEST_ID and text.isprintable()):
            raise ValueError(text)
        return text

    return Name(read, what)


def _ids(text: str) -> list[str]:
    ids = list(dict.fromkeys(part for part in text.split(",")[:MOST_IDS] if part))
    if not ids or not all(len(one) <= LONGEST_ID and one.isprintable() for one in ids):
        raise ValueError(text)
    return ids


def _tools(text: str) -> str:
    try:
        return ",".join(tracker_names(text))
    except ConfigError as error:
        raise ValueError(text) from error


def _against() -> Name:
    number = _class()
    return Name(
        lambda text: text if text == "none" else number.read(text), f"none, or {number.accepted}"
    )


def _class() -> Name:
    name = _whole(0, 9_999)
    return Name(name.read, "the number of a class, from 0")


def _drawing(text: str) -> list[Stroke]:
    if len(text) > LONGEST_DRAWING:
        raise ValueError(text)
    return decode(text)


def _settings() -> dict[str, Name]:
    """Return the settings of Train: each is checked as its dial is."""
    found = {name: _whole(*limits) for name, limits in panel.WHOLE.items()}
    found |= {name: _number(*limits) for name, limits in panel.NUMBERS.items()}
    found |= {name: _choice(*names) for name, names in panel.CHOICES.items()}
    found |= {name: _switch() for name in panel.SWITCHES}
    found[panel.TRACK] = Name(_tools, f"names of {', '.join(TRACKER_NAMES)}, with commas")
    return found


_RUN = _id("the id of a run")
_MODEL = {"model": _RUN, "moment": _whole(0, 2**31 - 1)}
_DATA = {"data": _id("the name of a data set")}
_DRAWING = {"drawing": Name(_drawing, "strokes as Copy link writes them", encode)}
_IMAGE = {"image": _whole(0, 99_999_999)}

#: page -> name -> what it takes. ``run``, the training that is looked at, stands on every page.
PAGES: dict[str, dict[str, Name]] = {
    "Home": {"run": _RUN} | _DRAWING,
    "Train": {"run": _RUN}
    | _DATA
    | {"model": _choice(*MODEL_NAMES), "preset": _choice(*PRESET_NAMES)}
    | _settings(),
    "Classify": {"run": _RUN}
    | _MODEL
    | {"what": _choice("digit", "number"), "way": _choice("draw", "upload", "camera")}
    | _DRAWING,
    "Inside": {"run": _RUN}
    | _MODEL
    | _IMAGE
    | _DRAWING
    | {
        "among": _class(),
        "mistakes": _switch(),
        "class": _class(),
        "contrast": _against(),
        "operator": _choice(*OPERATOR_NAMES),
        "temperature": _number(1e-4, 1e4),
        "deeper": _choice("steps", "what_if", "time", "lesson"),
        "step": _whole(1, 4096),
    },
    "Evaluate": {"run": _RUN} | _MODEL | {"truth": _class(), "answer": _class()},
    "Data": {"run": _RUN} | _DATA | {"samples": _whole(0, 2**31 - 1)},
    "Compare": {
        "run": _RUN,
        "runs": Name(_ids, "ids of runs, with commas", ",".join),
        "sweep": _id("the id of a sweep"),
        "picture": _choice("test", "drawing"),
    }
    | _IMAGE
    | _DRAWING,
}


def read_query(page: str, query: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Read the address of a page.

    Args:
        page: a key of ``PAGES``.
        query: names and texts, as they came.

    Returns:
        The values of what can be used, and a sentence for each name or text that cannot.
    """
    names, values, problems = PAGES[page], {}, []
    for place, (name, text) in enumerate(query.items()):
        if place == MOST_NAMES:
            problems.append(f"The address has {len(query)} names: only {MOST_NAMES} are read.")
            break
        if name not in names:
            problems.append(
                f"{page} knows no {shown(name, 'empty name')} in its address"
                f"{did_you_mean(name, names)} ({_pair(name, text)})."
            )
            continue
        try:
            values[name] = names[name].read(text)
        except ValueError:
            problems.append(refused(page, name, text))
    return values, problems


def refused(page: str, name: str, text: str, accepted: str = "") -> str:
    """Say that the text of a name cannot be used; ``accepted`` is what it takes, if that is less
    than the table says.
    """  # noqa: D205
    return (
        f"{_pair(name, text)} is left out: {name} takes {accepted or PAGES[page][name].accepted}."
    )


def _pair(name: str, text: str) -> str:
    return f"{shown(name, 'empty name')}={shown(text, 'nothing')}"
