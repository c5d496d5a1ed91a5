"""Names that people bring, of files and classes: which are accepted, and how any is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from dpn.language import msg, t

#: Longest name of a class.
MAX_NAME_LENGTH = 64
#: What looks like / \\ and . and may stand in the name of a folder.
_SLASH, _BACKSLASH, _DOT = "∕", "∖", "․"
#: A cell that begins so is a formula to a spreadsheet. Source: OWASP, "CSV Injection".
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_class_name(name: str) -> bool:
    """Return whether a class may be called so: 1 to MAX_NAME_LENGTH characters, all visible.

    What is not printable could break a line, turn the direction of the text, or not be seen.
    """
    return len(name) <= MAX_NAME_LENGTH and bool(name.strip()) and name.isprintable()


def composed(name: str) -> str:
    """Return a name with each accented letter as one character, which a Mac's files take apart."""
    return unicodedata.normalize("NFC", name)


def as_folder(name: str) -> str:
    """Return what the folder of a class is called: no stroke in it, no dot at its ends."""
    ends = re.sub(r"^\.+|\.+$", lambda dots: _DOT * len(dots[0]), name)
    return ends.replace("/", _SLASH).replace("\\", _BACKSLASH)


def of_folder(folder: str) -> str:
    """Return the name of the class whose folder is called so; undoes ``as_folder``."""
    return folder.replace(_DOT, ".").replace(_SLASH, "/").replace(_BACKSLASH, "\\")


def shown(name: str, empty: str = msg("the file"), most: int = 60) -> str:
    """Return a name fit for a sentence: printable, not empty, at most ``most`` characters, 40..400.

    Of a longer one the middle is left out.
    """
    ends = name if len(name) <= 400 else name[:200] + name[-200:]  # of 10 MB, too, at once
    clean = "".join(c if c.isprintable() else "?" for c in ends).strip() or t(empty)
    return clean if len(clean) <= most else f"{clean[: most - 21]}…{clean[-20:]}"


def harmless(cell: str) -> str:
    """Return the text of a cell of a table so that no spreadsheet takes it for a formula.

    One that begins with = + - @ or a control character gets a quote in front.
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def row(*cells: str) -> str:
    """Return a line of cells with tabs between them: harmless, and each still a single cell."""
    return "\t".join(
        harmless("".join(c if c.isprintable() else "?" for c in cell)) for cell in cells
    )


def listed(names: Sequence[object], most: int = 8) -> str:
    """Return names for a sentence, each printable and short, and how many more there are."""
    words = t(", ").join(shown(str(name), "''") for name in names[:most])
    more = len(names) - most
    return t("{names} and {more:,} more", names=words, more=more) if more > 0 else words


def tally(count: int, one: str, many: str = "") -> str:
    """Return "1 row" or "1,234 rows" in the language of the code; ``many`` where it has no s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def apart(names: Sequence[str], most: int) -> list[str]:
    """Return what tells names apart, where one is longer than ``most`` characters.

    Of "Acceleration x (m/s^2)" and "Acceleration y (m/s^2)" that is x and y: the words that all
    begin and end with are left out, but for one of each.
    """
    if len({*names}) < 2 or max(map(len, names)) <= most:
        return list(names)
    words = [re.findall(r"[^\s_]+[\s_]*", name) or [name] for name in names]
    for end in (0, -1):
        while min(map(len, words)) > 1 and len({one[end] for one in words}) == 1:
            words = [one[1:] if end == 0 else one[:-1] for one in words]
    return ["".join(one).strip(" _") for one in words]
