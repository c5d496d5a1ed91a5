"""Why an image is of its class, place by place, with small pictures."""

from __future__ import annotations

from dpn.language import joined, listed, t
from dpn.ui.inside.alike import Alike, find_alike
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.naming import called
from dpn.ui.inside.places.place import Place, Places, deciding, decisive, tips
from dpn.ui.inside.places.why.marked import images_like, picture_of, squares_like
from dpn.ui.inside.places.why.reason import Reason, marks_of
from dpn.ui.inside.places.why.reasons import clear_reason, like, why

#: A place of a photo that does not decide is told of from this share of the lead on.
OF_NOTE = 0.25


def reasons_of(case: Case, places: Places) -> str:
    """Return why each place speaks for the class that decides or comes first."""
    asked = decisive(case, places) or places.on("for")[:1]
    asked += [one for one in places.told if one not in asked and counts(case, one)]
    if case.is_photo:
        return _of_photo(case, places, asked)
    told = [(one, clear_reason(case, one, places.usual)) for one in asked]
    if not any(of or like(case, one) for one, of in told):
        return t("{what}.", what=t("no single reason is clear"))
    if len(asked) == 1:
        words = t("{what}.", what=_words(case, places, *told[0]))
        return _of_drawing(case, told, words, is_only=True)
    same: dict[str, list[tuple[Place, Reason]]] = {}
    for one, of in told:
        same.setdefault(_words(case, places, one, of), []).append((one, of))
    each = [""]
    for what, pairs in same.items():
        line = _line(places, [one for one, _ in pairs], what)
        each.append(_of_drawing(case, pairs, line))
    return "\n    - ".join(each)


def counts(case: Case, place: Place) -> bool:
    """Return whether a place for the class, even an empty one, is needed for it to be ahead."""
    return place.side != "against" and tips(case, place)


def _words(case: Case, places: Places, one: Place, of: Reason) -> str:
    """Return a clear reason in words or, where there is none, what a place of a drawing is like."""
    return of.words or why(case, one, places.usual)


def _of_drawing(
    case: Case, told: list[tuple[Place, Reason]], words: str, *, is_only: bool = False
) -> str:
    """Return the words of a reason with what it tells of marked.

    Of one place without a reason, with what is alike; of more this stands further down alone, for
    it would push what comes below off the screen.
    """
    if not told[0][1]:
        return words + (squares_like(case, told[0][0]) if is_only else "")
    whole = Reason(words, marks_of([of for _, of in told]), told[0][1].rival)
    return picture_of(case, whole, [one for one, _ in told]) + words


def _of_photo(case: Case, places: Places, asked: list[Place]) -> str:
    """Return why each of a photo's places speaks for the class, with those most like it.

    Where none decides, what all of the photo is like comes first.
    """
    if is_none := deciding(case, places) == "neither":
        least = OF_NOTE * float(case.found.score[0])
        asked = [one for one in asked if one.region.value >= least]
    told = [(one, of) for one in asked if (of := clear_reason(case, one, places.usual))]
    whole = ""
    if is_none or not any(like(case, one) for one in asked):
        whole = _as_whole(case, with_pictures=is_none)
    if len(asked) == 1 and not is_none:
        words = [*(t("{what}.", what=of.words) for _, of in told), whole]
        return joined(filter(None, words)) + squares_like(case, asked[0])
    each = [_line(places, [one], of.words) + squares_like(case, one) for one, of in told]
    return "\n    - ".join([whole, *each])


def _line(places: Places, ones: list[Place], what: str) -> str:
    """Return why some places speak for the class."""
    return t("{place}: {reasons}.", place=listed([called(places, x) for x in ones]), reasons=what)


def _as_whole(case: Case, *, with_pictures: bool) -> str:
    """Return what all of the image is like, if most images like it are of the class; else ""."""
    near, target = find_alike(case), int(case.found.target[0])
    if near is None or (count := _of(near, target)) <= len(near.found) / 2:
        return ""
    words = {"of": len(near.found), "count": count, "name": case.target}
    told = t("Of the {of} test images most like it to the model, {count} are {name}.", **words)
    return told + images_like(case, near.found, target) if with_pictures else told


def _of(near: Alike, label: int) -> int:
    """Return how many of the images most alike are of a class."""
    return dict(near.counted).get(label, 0)
