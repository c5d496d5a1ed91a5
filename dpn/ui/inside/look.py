"""How Inside looks: what is pointed at is lit everywhere.

A place has its words in the sentence and the list, its marks in the picture and its bar. All of
them light up together by the browser alone, so that nothing is drawn anew: the marks are known by
their descriptions ("place 1: …"), the words by their class, and the page says which is pointed at,
see ``pointing``.
"""

from __future__ import annotations

from dpn.charts.placed.places import label
from dpn.explain.windows import EACH, IN_TURN
from dpn.language import t

#: Of those for the class, against it, and one that is empty.
PLACES = range(1, IN_TURN + EACH + 2)


def look() -> str:
    """Return the style, for the descriptions as the page's language has them."""
    pointed = {number: f"html[data-place='{number}']" for number in PLACES}
    light = ",\n".join(f"{at} [aria-label^='{label(n)}']" for n, at in pointed.items())
    words = ",\n".join(f"{at} .place-{n}" for n, at in pointed.items())
    return f"""
<style>
html {{ --place: "{t("place")}"; }}
html[data-place] [aria-label^='{t("place")} '] {{ opacity: 0.2; }}
{light} {{ opacity: 1; }}
{words} {{ background: rgba(127, 160, 200, 0.3); }}
.changed {{ display: grid; grid-template-columns: repeat(auto-fill, 8rem); gap: 0.8rem 0.7rem; }}
.changed figure {{ margin: 0; font-size: 0.8rem; line-height: 1.3; }}
.changed img {{ display: block; width: 100%; image-rendering: pixelated; margin-bottom: 0.25rem; }}
@media (max-width: 640px) {{ .changed {{ grid-template-columns: repeat(3, minmax(0, 1fr)); }} }}
.reason {{ float: left; display: flex; gap: 0.4rem; margin: 0.2rem 0.8rem 0.4rem 0; }}
.reason > span {{ width: 6.5rem; font-size: 0.75rem; line-height: 1.2; text-align: center; }}
.reason > span::after {{ content: attr(title); opacity: 0.75; }}
.reason img {{ display: block; width: 100%; border-radius: 4px; margin-bottom: 0.15rem; }}
li:has(> .reason, > p > .reason)::after {{ content: ""; display: block; clear: both; }}
.squares {{ float: none; }}
.squares > span {{ width: 8rem; }}
@media (max-width: 640px) {{ .reason {{ float: none; }} }}
[class^="place-"] {{ border-radius: 4px; cursor: default; }}
</style>
"""
