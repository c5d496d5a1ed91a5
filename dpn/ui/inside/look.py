"""How Inside looks: what is pointed at is lit everywhere.

A place has its words in the sentence and the list, its marks in the picture and its bar. All of
them light up together by the browser alone, so that nothing is drawn anew: the marks are known by
their descriptions ("place 1: …"), the words by their class.
"""

from __future__ import annotations

from dpn.explain.regions import MOST

#: One more than are named may be empty.
PLACES = range(1, MOST + 2)


def _of(number: int) -> str:
    """Return what selects all that is shown of a place."""
    return f":is([aria-label^='place {number}:'], .place-{number})"


def _lit(number: int) -> str:
    """Return what selects the page while a place is pointed at, or its words are in focus."""
    return f"[data-testid='stMain']:has({_of(number)}:is(:hover, :focus))"


_FADE = ",\n".join(f"{_lit(number)} [aria-label^='place ']" for number in PLACES)
_LIGHT = ",\n".join(f"{_lit(number)} [aria-label^='place {number}:']" for number in PLACES)
_WORDS = ",\n".join(f"{_lit(number)} .place-{number}" for number in PLACES)

LOOK = f"""
<style>
{_FADE} {{ opacity: 0.2; }}
{_LIGHT} {{ opacity: 1; }}
{_WORDS} {{ background: rgba(127, 160, 200, 0.3); }}
[class^="place-"] {{ border-radius: 4px; cursor: default; }}
</style>
"""
