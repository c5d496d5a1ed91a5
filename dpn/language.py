"""The language of what people read: English as it stands in the code, others from catalogues.

gettext's way: the English text is the key, ``dpn/locale/<language>/*.po`` has the others. polib
reads them: the catalogues stay text that translators' tools open and that can be merged, and need
no compiling. One is read when somebody first asks for its language.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

#: What the languages call themselves. The first is that of the code, of logs and of what is kept.
LANGUAGES = {"en": "English", "zh": "中文"}
CODE = "en"
#: Where the catalogues are.
LOCALE = Path(__file__).parent / "locale"

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
_ask: Callable[[], str] = lambda: CODE  # noqa: E731 - replaced by follow


def t(text: str, /, **values: Any) -> str:
    """Return a text in the language of whom it is for, with its {values} in it.

    Args:
        text: English, as a literal, so that the test of the catalogues finds it; for a constant
            that was marked with ``msg``, its name.
        values: what stands in its braces, as ``str.format`` takes them; without any, braces are
            braces.
    """
    now = language()
    said = text if now == CODE else catalogue(now).get(text, text)
    return said.format(**values) if values else said


def msg(text: str) -> str:
    """Mark a constant as a text to be translated; ``t`` does so where it is shown."""
    return text


class Later(str):
    """A text that is kept for many people: ``again`` says it in the language of each."""

    key: str
    values: dict[str, Any]

    def __new__(cls, key: str, /, **values: Any) -> Later:
        """Make one of a text that was marked with ``msg``, and its values."""
        made = super().__new__(cls, key.format(**values))
        made.key, made.values = key, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Return what it is made of, for a copy or another process."""
        return (self.key,), self.values


def again(text: str) -> str:
    """Return a text as it is said now, where it is one for ``Later``."""
    return t(text.key, **text.values) if isinstance(text, Later) else text


def joined(sentences: Iterable[str]) -> str:
    """Return sentences one after the other; Chinese ones have no space between them."""
    return ("" if language() == "zh" else " ").join(sentences)


def listed(words: Sequence[str], last_two: str = "") -> str:
    """Return words with commas between them, and "and" before the last one.

    Args:
        words: any number.
        last_two: a text in the language, with ``{those}`` and ``{last}``, in place of "and".
    """
    if len(words) < 2:
        return "".join(words)
    last_two = last_two or t("{those} and {last}")
    return last_two.format(those=t(", ").join(words[:-1]), last=words[-1])


def percent(share: float, digits: int = 1) -> str:
    """Return a share (0..1) in percent, rounded: "99.37%".

    What would be rounded to 0 or 100% and is neither stands one of its last digit away: 1 - 1e-6
    is "99.9%", and always as wide as what stands beside it.
    """
    least = 10.0 ** -(digits + 2)
    if 0 < share < 1:
        share = min(max(share, least), 1 - least)
    return f"{share:.{digits}%}"


def number_text(value: float) -> str:
    """Return a number as short as it can be and still be the same: no two settings look alike."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def language() -> str:
    """Return which of ``LANGUAGES`` is spoken here: outside of the pages that of the code."""
    return _spoken.get() or _ask()


def follow(ask: Callable[[], str]) -> None:
    """Ask ``ask`` for the language from now on; threads and fragments ask at each text."""
    global _ask
    _ask = ask


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak one of ``LANGUAGES`` within, whatever the page does: a thread, or what is kept."""
    token = _spoken.set(name)
    try:
        yield
    finally:
        _spoken.reset(token)


@functools.cache
def catalogue(name: str) -> dict[str, str]:
    """Return the texts of a language by their English ones."""
    import polib  # here: whoever reads English does not wait for it

    files = sorted((LOCALE / name).glob("*.po"))
    return {entry.msgid: entry.msgstr for file in files for entry in polib.pofile(str(file))}
