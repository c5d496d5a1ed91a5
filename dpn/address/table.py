"""The names in the address of each page, and what each takes.

Streamlit's own ``bind="query-params"`` (1.67) is not used. It names a value after its widget's
key, and ours hold a preset, a run or a data set; it writes options as their labels, and those of
runs change with their state and title; it drops a value that it cannot use without a word; and a
name that is bound to one page's widget is taken out of the address on all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from dpn.address import panel
from dpn.address.drawing import encode
from dpn.address.kinds import (
    Name,
    against,
    choice,
    class_number,
    class_numbers,
    ident,
    idents,
    number,
    strokes,
    switch,
    tools,
    vary,
    vary_text,
    whole,
    words,
)
from dpn.errors import did_you_mean
from dpn.evaluation.compare import LETTERS
from dpn.items.examples import READ
from dpn.language import LANGUAGES, msg, t
from dpn.models.config import MODEL_NAMES, OPERATOR_NAMES
from dpn.models.presets import PRESET_NAMES
from dpn.models.train_config import TRACKER_NAMES
from dpn.names import shown

#: Runs that are compared at once.
MOST_RUNS = 6
#: Strengths of a change of test images, from 1 on; 0 is none.
STRENGTHS = 5
#: What Compare draws of runs, over what; and which two are set against each other, by letters.
CURVES, OVER = ("accuracy", "loss"), ("batches", "seconds")
PAIRS = tuple(map("".join, combinations(LETTERS, 2)))
#: Images on which two disagree: where the first alone is right, the second, or none.
PARTED = ("first", "second", "none")
#: Seeds of a sweep.
MOST_SEEDS = 5
#: Names of an address that are read.
MOST_NAMES = 100
#: Characters of a whole query string; the server refuses those above 4,096.
LONGEST = 4000


def _trackers() -> str:
    return t("names of {tools}, with commas", tools=", ".join(TRACKER_NAMES))


def _varied() -> str:
    return t("one or two settings, as states:16,32;epochs:1,2")


def _settings() -> dict[str, Name]:
    """Return the settings of Train: each is checked as its dial is."""
    found = {name: whole(*limits) for name, limits in panel.WHOLE.items()}
    found |= {name: number(*limits) for name, limits in panel.NUMBERS.items()}
    found |= {name: choice(*names) for name, names in panel.CHOICES.items()}
    found |= {name: switch() for name in panel.SWITCHES}
    found[panel.TRACK] = Name(tools, _trackers)
    return found


_RUN = ident(msg("the id of a run"))
_ALL = {"run": _RUN, "lang": choice(*LANGUAGES)}
_MODEL = {"model": _RUN, "moment": whole(0, 2**31 - 1)}
_DATA = {"data": ident(msg("the name of a data set"))}
_DRAWING = {"drawing": Name(strokes, lambda: t("strokes as Copy link writes them"), encode)}
_IMAGE = {"image": whole(0, 99_999_999)}

#: page -> name -> what it takes. ``run``, the training that is looked at, and the language
#: stand on every page.
PAGES: dict[str, dict[str, Name]] = {
    "Home": _ALL | _DRAWING,
    "Train": _ALL
    | _DATA
    | {"model": choice(*MODEL_NAMES), "preset": choice(*PRESET_NAMES)}
    | _settings()
    | {
        "vary": Name(vary, _varied, vary_text),
        "seeds": whole(1, MOST_SEEDS),
    },
    "Classify": _ALL
    | _MODEL
    | {"what": choice("digit", "number"), "way": choice("draw", "upload", "camera")}
    | _DRAWING,
    "Inside": _ALL
    | _MODEL
    | _IMAGE
    | _DRAWING
    | {
        "among": class_number(),
        "mistakes": switch(),
        "class": class_number(),
        "contrast": against(),
        "operator": choice(*OPERATOR_NAMES),
        "temperature": number(1e-4, 1e4),
        "deeper": choice("steps", "what_if", "time", "lesson"),
        "step": whole(1, 4096),
    },
    "Words": _ALL
    | {
        "model": _RUN,
        "world": choice("text", "list"),
        "text": words(),
        "items": class_numbers(READ),
    },
    "Moves": _ALL
    | {
        "model": _RUN,
        "source": choice("draw", "example", "file"),
        "part": choice("test", "training"),
        "example": whole(1, 99_999_999),
    }
    | _DRAWING,
    "Maze": _ALL
    | {
        "model": _RUN,
        "kind": choice("obstacles", "maze", "rooms", "caves"),
        "size": whole(8, 64),
        "seed": whole(0, 2**31 - 1),
    },
    "Evaluate": _ALL
    | _MODEL
    | {
        "truth": class_number(),
        "answer": class_number(),
        "change": ident(msg("a kind of change")),
        "strength": whole(0, STRENGTHS),
        "turn": _IMAGE["image"],
        "norm": choice("linf", "l2"),
    },
    "Data": _ALL | _DATA | {"samples": whole(0, 2**31 - 1)},
    "Compare": _ALL
    | {
        "runs": Name(idents, lambda: t("ids of runs, with commas"), ",".join),
        "sweep": ident(msg("the id of a sweep")),
        "curve": choice(*CURVES),
        "over": choice(*OVER),
        "pair": choice(*PAIRS),
        "parted": choice(*PARTED),
        "picture": choice("test", "drawing"),
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
            problems.append(
                t(
                    "The address has {count} names: only {most} are read.",
                    count=len(query),
                    most=MOST_NAMES,
                )
            )
            break
        if name not in names:
            problems.append(
                t(
                    "{page} knows no {name} in its address{hint} ({pair}).",
                    page=t(page),
                    name=shown(name, t("empty name")),
                    hint=did_you_mean(name, names),
                    pair=_pair(name, text),
                )
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
    return t(
        "{pair} is left out: {name} takes {accepted}.",
        pair=_pair(name, text),
        name=name,
        accepted=accepted or PAGES[page][name].accepted(),
    )


def _pair(name: str, text: str) -> str:
    return f"{shown(name, t('empty name'))}={shown(text, t('nothing'))}"
