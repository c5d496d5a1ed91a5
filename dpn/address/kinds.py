"""What a name in an address can take: how its text is read, and written; all else is refused."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dpn.address.drawing import LONGEST as LONGEST_DRAWING
from dpn.address.drawing import Stroke, decode
from dpn.errors import ConfigError
from dpn.language import number_text, t
from dpn.models.train_config import tracker_names
from dpn.models.vary import VARIED, checked_values, read_values
from dpn.names import listed

#: Characters of a folder's name, and so of a run's id.
LONGEST_ID = 255
#: Letters of a text that travels.
LONGEST_TEXT = 300
#: Kinds of signs that are none of a line: they control something, end it, or are half of one.
BREAKS = ("Cc", "Zl", "Zp", "Cs")
#: Settings that a sweep varies.
MOST_VARIED = 2


@dataclass(frozen=True)
class Name:
    """What one name takes.

    Attributes:
        read: makes a value of its text; raises ValueError for what it does not take.
        accepted: returns what it takes, in words: "epochs takes …".
        write: makes its text of a value.
    """

    read: Callable[[str], Any]
    accepted: Callable[[], str]
    write: Callable[[Any], str] = str


def whole(low: int, high: int) -> Name:
    """Take a whole number, written in digits."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,10}", text) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return Name(read, lambda: t("a whole number from {low} to {high}", low=low, high=high))


def number(low: float, high: float) -> Name:
    """Take a number, also as 1e-3."""

    def read(text: str) -> float:
        if not re.fullmatch(r"[0-9.eE+-]{1,30}", text):
            raise ValueError(text)
        if not low <= (value := float(text)) <= high:
            raise ValueError(text)
        return value

    return Name(
        read, lambda: t("a number from {low:g} to {high:g}", low=low, high=high), number_text
    )


def choice(*names: str) -> Name:
    """Take one of these names."""

    def read(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    return Name(read, lambda: listed(names, 12))


_SWITCH = {"true": True, "false": False}


def words() -> Name:
    """Take a text of a line; it may have signs that are not seen, as between parts of an emoji."""

    def read(text: str) -> str:
        breaks = any(unicodedata.category(letter) in BREAKS for letter in text)
        if breaks or not 0 < len(text) <= LONGEST_TEXT:
            raise ValueError(text)
        return text

    return Name(read, lambda: t("a text of 1 to {most} letters", most=LONGEST_TEXT))


def class_numbers(most: int) -> Name:
    """Take the numbers of classes in order, with commas between them."""

    def read(text: str) -> list[int]:
        if not re.fullmatch(r"[0-9]{1,5}(,[0-9]{1,5})*", text) or text.count(",") >= most:
            raise ValueError(text)
        return [int(part) for part in text.split(",")]

    return Name(
        read,
        lambda: t("1 to {most} numbers with commas", most=most),
        lambda value: ",".join(map(str, value)),
    )


def switch() -> Name:
    """Take true or false."""

    def read(text: str) -> bool:
        if text not in _SWITCH:
            raise ValueError(text)
        return _SWITCH[text]

    return Name(read, lambda: t("true or false"), lambda value: str(bool(value)).lower())


def ident(what: str) -> Name:
    """Take the name of something on disk, which need not be there."""

    def read(text: str) -> str:
        if not (0 < len(text) <= LONGEST_ID and text.isprintable()):
            raise ValueError(text)
        return text

    return Name(read, lambda: t(what))


def idents(text: str) -> list[str]:
    """Return ids with commas between them, each once; there may be more than are compared."""
    ids = list(dict.fromkeys(part for part in text.split(",") if part))
    if not ids or not all(len(one) <= LONGEST_ID and one.isprintable() for one in ids):
        raise ValueError(text)
    return ids


def tools(text: str) -> str:
    """Return names of trackers with commas between them, each once."""
    try:
        return ",".join(tracker_names(text))
    except ConfigError as error:
        raise ValueError(text) from error


def vary(text: str) -> dict[str, list[Any]]:
    """Return the settings of a sweep, and the values of each."""
    found: dict[str, list[Any]] = {}
    parts = text.split(";")
    if len(parts) > MOST_VARIED:
        raise ValueError(text)
    for part in parts:
        name, _, values = part.partition(":")
        is_list = re.fullmatch(r"[a-z0-9_.eE+,-]{1,120}", values)
        if name not in VARIED or name in found or not is_list:
            raise ValueError(text)
        try:
            names = checked_values(name, values.split(","))
            found[name] = names if VARIED[name] else read_values(name, values)
        except ConfigError as error:
            raise ValueError(text) from error
        known = VARIED[name]
        if not all(v in known if known else math.isfinite(v) for v in found[name]):
            raise ValueError(text)
    return found


def vary_text(values: Mapping[str, Sequence[Any]]) -> str:
    """Return settings and their values as ``vary`` reads them."""
    return ";".join(f"{name}:{','.join(map(value_text, of))}" for name, of in values.items())


def value_text(value: Any) -> str:
    """Return the value of a setting as the address has it."""
    return number_text(value) if isinstance(value, float) else str(value)


def against() -> Name:
    """Take a class, or none of them."""
    number = class_number()
    return Name(
        lambda text: text if text == "none" else number.read(text),
        lambda: t("none, or {others}", others=number.accepted()),
    )


def class_number() -> Name:
    """Take a class by its number; how many there are is not known here."""
    name = whole(0, 9_999)
    return Name(name.read, lambda: t("the number of a class, from 0"))


def strokes(text: str) -> list[Stroke]:
    """Return the strokes of a drawing."""
    if len(text) > LONGEST_DRAWING:
        raise ValueError(text)
    return decode(text)
