"""How Inside looks: the answer beside its probabilities, and what is pointed at lit everywhere.

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
/* The answer, and on the right its probabilities; on a phone they come before the words. */
@media (min-width: 641px) {{
  .st-key-answered {{ display: grid; grid-template-columns: 1.45fr 1fr; column-gap: 3rem;
    grid-template-rows: auto 1fr; row-gap: 0.5rem; }}
  .st-key-answered > :nth-child(2) {{ grid-column: 2; grid-row: 1 / span 2; }}
}}
</style>
"""
