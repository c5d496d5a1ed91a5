"""What a reason tells of, in small pictures beside its words.

Of a drawing it is marked, beside another class's; a photo's place is shown with those of test
images that are most like it.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

from dpn import ui
from dpn.charts.placed.marked import marked
from dpn.charts.placed.strip import strip
from dpn.explain.drawings.marks import Mark
from dpn.explain.drawings.shapes import INK, Mask
from dpn.language import listed, msg, t
from dpn.pictures.png import data_url
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import box_of
from dpn.ui.inside.places.place import Place
from dpn.ui.inside.places.why.beside import beside
from dpn.ui.inside.places.why.reason import Reason
from dpn.ui.inside.places.why.reasons import like

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

#: How many places of test images that are like a photo's are shown beside it.
LIKE = 2
#: Pixels that each is wide, about.
WIDE = 128


def picture_of(case: Case, reason: Reason, places: Sequence[Place]) -> str:
    """Return small pictures, as HTML, of places with what a reason tells of; "" if nothing."""
    if not reason.marks:
        return ""
    masks = [one.region.mask for one in places]
    source = marked(case.subject.image, case.ink >= INK, masks, reason.marks)
    words = t("Marked in the picture: {what}.", what=mark_words(reason.marks))
    seen = [_shown(source, words, t("this picture"))]
    if reason.rival is not None and (found := beside(case, reason)):
        image, ink, marks = found
        name, what = case.config.class_names[reason.rival], mark_words(marks)
        words = t("To compare, {name}. Marked: {what}.", name=name, what=what)
        seen.append(_shown(marked(image, ink, [], marks), words, _to_compare(name)))
    return _all_shown(seen, "reason")


def squares_like(case: Case, place: Place) -> str:
    """Return an image with its place, as HTML, and those most like it; "" if they are not known.

    They are the two nearest, of its own class where that is a reason, and where both are of one
    class the nearest of the other.
    """
    if place.alike is None:
        return ""
    alike, names = place.alike, case.config.class_names
    assert case.found.contrast is not None
    pair = [int(case.found.target[0]), int(case.found.contrast[0])]
    if place.rival in alike.of_class:
        pair[1] = place.rival
    near = list(zip(alike.found, alike.labels, alike.masks, strict=True))
    if like(case, place):
        own = pair[0] if place.region.value > 0 else int(case.found.contrast[0])
        near = [one for one in near if one[1] == own]
    near = near[:LIKE]
    shown = [(at, mask, t("like it: {name}", name=names[of])) for at, of, mask in near]
    for other in [one for one in pair if all(of != one for _, of, _ in near)][:1]:
        at, mask = alike.of_class[other][0]
        shown.append((at, mask, _to_compare(names[other])))
    return _photos(case, box_of(place.region.mask), shown)


def images_like(case: Case, found: Sequence[int], label: int) -> str:
    """Return a photo, as HTML, and the first of the test images like it that are of a class."""
    nothing = np.zeros(case.subject.image.shape[1:], bool)
    name = t("like it: {name}", name=case.config.class_names[label])
    labels = ui.test_images(case.run)[1]
    of_it = [at for at in found if int(labels[at]) == label][:LIKE]
    return _photos(case, nothing, [(at, nothing, name) for at in of_it])


def _photos(case: Case, mask: Mask, shown: list[tuple[int, Mask, str]]) -> str:
    """Return the photo and test images with a place outlined in each (H, W), and their names."""
    images = ui.test_images(case.run)[0]
    each = [(case.subject.image, mask, t("this picture"))]
    each += [(images[at].numpy(), where, name) for at, where, name in shown]
    return _all_shown(
        [_shown(data_url(strip(one[None], [its], WIDE), 1), name, name) for one, its, name in each],
        "reason squares",
    )


def _to_compare(name: str) -> str:
    return t("{name}, to compare", name=name)


def _all_shown(pictures: Sequence[str], kind: str) -> str:
    """Return pictures side by side."""
    return f'<span class="{kind}">{"".join(pictures)}</span>'


def _shown(source: str, words: str, name: str) -> str:
    """Return a picture with what is marked in it for those who do not see it, and its name."""
    alt, below = html.escape(words), html.escape(name)
    return f'<span title="{below}"><img src="{source}" alt="{alt}"></span>'


def mark_words(marks: Sequence[Mark]) -> str:
    """Return what is drawn for some marks, in words."""
    kinds = ("loop" if m.kind == "hollow" and not m.side else m.kind for m in marks)
    return listed([t(WORDS[kind]) for kind in dict.fromkeys(kinds)])
