"""What a reason tells of, marked in a small picture beside its words."""

from __future__ import annotations

import html
from collections.abc import Sequence

from dpn.charts.placed.marked import marked
from dpn.explain.drawings.marks import Mark
from dpn.explain.drawings.shapes import INK
from dpn.language import listed, msg, t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.place import Place
from dpn.ui.inside.places.why.beside import beside
from dpn.ui.inside.places.why.reason import Reason

#: What is drawn for a mark, by its kind; for a hollow, whether it is open.
WORDS = {
    "loop": msg("the inside of the loop"),
    "hollow": msg("the inside of the bend, and an arrow to its open side"),
    "point": msg("a ring around the point"),
    "strokes": msg("a dot on each stroke at one height"),
    "line": msg("a line along the stroke"),
    "ink": msg("the place itself"),
    "missing": msg("dashed, what is not there"),
    "gap": "dashed, what is not there",
}


def picture_of(case: Case, reason: Reason, places: Sequence[Place]) -> str:
    """Return a small picture, as HTML, of places with what a reason tells of; "" if nothing."""
    if not reason.marks:
        return ""
    masks = [one.region.mask for one in places]
    source = marked(case.subject.image, case.ink >= INK, masks, reason.marks)
    words = t("Marked in the picture: {what}.", what=mark_words(reason.marks))
    seen = _shown(source, words, t("this picture"))
    if reason.rival is not None and (found := beside(case, reason)):
        image, ink, marks = found
        name, what = case.config.class_names[reason.rival], mark_words(marks)
        words = t("To compare, {name}. Marked: {what}.", name=name, what=what)
        seen += _shown(marked(image, ink, [], marks), words, t("{name}, to compare", name=name))
    return f'<span class="reason">{seen}</span>'


def _shown(source: str, words: str, name: str) -> str:
    """Return a picture with what is marked in it for those who do not see it, and its name."""
    alt, below = html.escape(words), html.escape(name)
    return f'<span title="{below}"><img src="{source}" alt="{alt}"></span>'


def mark_words(marks: Sequence[Mark]) -> str:
    """Return what is drawn for some marks, in words."""
    kinds = ("loop" if m.kind == "hollow" and not m.side else m.kind for m in marks)
    return listed([t(WORDS[kind]) for kind in dict.fromkeys(kinds)])
