"""A place of an image: what it adds, what comes without it, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from dpn import ui
from dpn.explain.explanation import Floats
from dpn.explain.photos.kinds import Kinds
from dpn.explain.regions import Region
from dpn.language import t
from dpn.ui.inside.case import Case
from dpn.ui.inside.places.alike import Alike, likeness

#: What is less is written as 0.00, and not worth a word.
NOTHING = 0.005


class Traits(NamedTuple):
    """Shares of the effect of blanking a place that are gone when it keeps a part of its look.

    The other places for the class are blank as well.

    Attributes:
        pattern: when it keeps only its mean colour.
        colour: when it keeps all but its colour.
        both: when it keeps only its mean brightness.
    """

    pattern: float
    colour: float
    both: float


@dataclass(frozen=True)
class Place:
    """A place of an image, and what comes without it.

    Attributes:
        region: where it is; its value is its share of what is lost without the places that speak
            for the class or, below 0, without those against it; of an empty one what ink there
            would take. See ``find_decisive``.
        after: the score if it alone were blanked; of an empty one, with ink there.
        instead: the class, none of the two, that would be ahead of both then; None if there is none
            or the explained class is not the answer.
        together: the same class without all places that decide together, of which it is one.
        is_empty: whether it speaks by having no ink, where the other class usually has some.
        traits: what counts in a place of a photo, where ``Places.kinds`` does not tell it.
        alike: the test images that are most like it there; None where there is nothing to compare.
        seen: words for what a place of a photo looks like to the model; none where nobody can tell.
    """

    region: Region
    after: float
    instead: int | None = None
    together: int | None = None
    is_empty: bool = False
    traits: Traits | None = None
    alike: Alike | None = None
    seen: tuple[str, ...] = ()

    @property
    def rival(self) -> int | None:
        """The third class that a reason for it has to tell from first; None if there is none."""
        if self.side == "against":
            return None
        return self.together if self.instead is None else self.instead

    @property
    def side(self) -> str:
        """Return whether it speaks "for" the class, "against" it, or for it by being "empty"."""
        return "empty" if self.is_empty else "for" if self.region.value > 0 else "against"


@dataclass(frozen=True)
class Places:
    """The places of one image.

    Attributes:
        told: where it was decided, in the order of their numbers: those for the class, those
            against it, each side with its strongest first, and then an empty one.
        together: those with something in them that speak for the class, as one place; None if
            there is none.
        usual: (H, W) mean images of the class and of the one it is set against, or None.
        kinds: what counts in the places that decide a photo or, where none do, in all of it; None
            if the class is not ahead.
        blank: the score of a blank sheet or, of a photo, of one even grey.
    """

    told: list[Place]
    together: Place | None
    usual: tuple[Floats, Floats] | None = None
    kinds: Kinds | None = None
    blank: float = 0.0

    def on(self, side: str) -> list[Place]:
        """Return those on a ``side``, the strongest first."""
        return [one for one in self.told if one.side == side]

    @property
    def strongest(self) -> Place | None:
        """The place with something in it that speaks most for the class; None if there is none."""
        return next(iter(self.on("for")), None)

    @property
    def opposed(self) -> Place | None:
        """The place that speaks most against the class; None if there is none."""
        return next(iter(self.on("against")), None)

    @property
    def empty(self) -> Place | None:
        """The place that speaks by having no ink; None if there is none."""
        return next(iter(self.on("empty")), None)


def deciding(case: Case, places: Places) -> str:
    """Return whether one place decides "alone", several "together" or "neither"; "" if it lost."""
    if case.contrast is None or case.found.score[0] <= 0 or places.together is None:
        return ""
    assert places.strongest is not None
    if tips(case, places.strongest):
        return "alone"
    return "together" if tips(case, places.together) else "neither"


def decisive(case: Case, places: Places) -> list[Place]:
    """Return the places that decide, alone or together; none if none do."""
    speak = places.on("for")
    return {"alone": speak[:1], "together": speak}.get(deciding(case, places), [])


def with_together(case: Case, places: Places) -> Places:
    """Return the places; those that only decide together know who would be ahead without all."""
    if deciding(case, places) != "together" or places.together is None:
        return places
    third = places.together.instead
    told = [
        replace(one, together=third) if one.side == "for" and not tips(case, one) else one
        for one in places.told
    ]
    return replace(places, told=told)


def with_alike(case: Case, places: Places) -> Places:
    """Return the places, those with something in them with the test images most like them."""
    asked = [one for one in places.told if not one.is_empty]
    rivals = [None if case.is_photo else one.rival for one in asked]
    near = likeness(case, [one.region.mask for one in asked], rivals)
    found = {one.region: alike for one, alike in zip(asked, near, strict=True)}
    told = [replace(one, alike=found.get(one.region)) for one in places.told]
    return replace(places, told=told)


def ahead(case: Case, *without: Place) -> str:
    """Return who would be ahead without each of these places, which all tip the answer."""
    first, *others = {third_class(case, one) or case.contrast for one in without}
    if others:
        return t("**another class would be ahead**")
    return t("**{name} would be ahead**", name=first)


def third_class(case: Case, place: Place) -> str | None:
    """Return the class, as Markdown, that would be ahead of both without a place, if any."""
    return None if place.instead is None else ui.plain(case.config.class_names[place.instead])


def tips(case: Case, place: Place) -> bool:
    """Return whether another class, any one, would be ahead without one place alone."""
    if case.contrast is None or case.found.score[0] <= 0:
        return False
    return place.after < 0 or place.instead is not None
