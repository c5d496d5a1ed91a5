"""What counts in the places that decide a photo: told in a sentence or two, and shown."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import numpy as np
import streamlit as st

from dpn.charts.placed.strip import strip
from dpn.explain.photos.kinds import OPPOSITE, Change, Kinds, Mask
from dpn.language import joined, listed, msg, t
from dpn.pictures.png import data_url
from dpn.ui.inside.case import MOST_FELT, Case, odds
from dpn.ui.inside.places.naming import those
from dpn.ui.inside.places.place import Places, decisive
from dpn.ui.words import plain

#: What may count, and how a square is without it.
NAMES = {
    "detail": (msg("fine detail"), msg("blurred a little")),
    "pattern": (msg("the lines and shapes"), msg("blurred a lot")),
    "order": (msg("where the parts lie"), msg("with quarters swapped")),
    "colour": (msg("the colours"), msg("in grey")),
}
#: What may be enough, and how a square looks that has nothing else.
EVEN = {
    "grey": (msg("brightness alone"), msg("in its own mean grey")),
    "hue": (msg("one colour alone"), msg("in its own mean colour")),
}
HALVES = {
    "upper": (msg("upper half"), msg("without its upper half")),
    "lower": (msg("lower half"), msg("without its lower half")),
    "left": (msg("left half"), msg("without its left half")),
    "right": (msg("right half"), msg("without its right half")),
}
#: Pixels that a picture of the squares is wide, about.
SIDE = 128


def kind_words(case: Case, places: Places) -> list[str]:
    """Return what counts in the places that decide, what does not, and in which half most is."""
    kinds = places.kinds
    if kinds is None:
        return []
    counts = [
        t(
            "**{trait}** ({changed}, {outcome})",
            trait=t(NAMES[name][0]),
            changed=t(NAMES[name][1]),
            outcome=_outcome(case, kinds.changes[name]),
        )
        for name in kinds.counting
    ]
    told = [_enough(case, kinds)]
    if counts:
        what = listed(counts)
        told = [t("all of it: {what}.", what=what) if kinds.needs_all else t("{what}.", what=what)]
        told += _spared(kinds)
    if half := kinds.half:
        told.append(t("The {half} counts more.", half=t(HALVES[half][0])))
    return told


def _any_class(case: Case, changes: Sequence[Change]) -> list[str]:
    """Return why another class than the two of the question is ahead after a change, if one is."""
    ahead = {plain(case.config.class_names[change.ahead]) for change in changes if change.lead < 0}
    if not ahead - {case.contrast}:
        return []
    return [t("Once it is changed, any class may come ahead, not only {name}.", name=case.contrast)]


def _enough(case: Case, kinds: Kinds) -> str:
    """Return what is enough where nothing counts by itself."""
    changed, trait = [NAMES[name][1] for name in kinds.changes if name != "detail"], ""
    if kinds.enough:
        trait, changed = t(EVEN[kinds.enough][0]), [EVEN[kinds.enough][1]]
    return t(
        "{trait} is enough ({changed}, {name} would stay ahead).",
        trait=trait or t("a rough look"),
        changed=listed([t(one) for one in changed], t("{those} or {last}")),
        name=case.target,
    )


def _spared(kinds: Kinds) -> list[str]:
    """Return what does not count, if anything."""
    if not kinds.spared:
        return []
    traits = ["detail" if name == "pattern" else name for name in kinds.spared]
    what = listed([t(NAMES[name][0]) for name in traits], t("{those} or {last}"))
    return [t("Not {traits}.", traits=what)]


def _outcome(case: Case, change: Change) -> str:
    """Return what comes of taking away what counts."""
    if change.lead < 0:
        name = plain(case.config.class_names[change.ahead])
        return t("**{name} would be ahead**", name=name)
    if change.lead > math.log(MOST_FELT):
        return t("most of the lead would go")
    return t("only {odds}", odds=odds(change.lead))


def show_kinds(case: Case, places: Places) -> None:
    """Draw the picture with what decides changed in each way, and who would be ahead then."""
    kinds, image = places.kinds, case.subject.image
    if kinds is None:
        return
    decide = decisive(case, places)
    mask = np.any([one.region.mask for one in decide] or [np.zeros_like(case.ink, bool)], axis=0)
    what, ways = (
        t("the picture"),
        t("Its quarters were shuffled in nine ways; a typical one is shown."),
    )
    if decide:
        what = those(len(decide))
        ways = joined([t("Only what is outlined is changed."), ways])
    answer = int(case.found.target[0])
    as_it_is = Change(image, kinds.lead, answer, 0.0)
    changes = {msg("as it is"): as_it_is}
    changes |= {NAMES[name][1]: change for name, change in kinds.changes.items()}
    if enough := kinds.enough:
        changes[EVEN[enough][1]] = kinds.even[enough]
    if half := kinds.half:
        changes |= {HALVES[one][1]: kinds.halves[one] for one in (half, OPPOSITE[half])}
    ways = joined([ways, *_any_class(case, [*changes.values()])])
    st.markdown(f"#### {t('What counts in {what}?', what=what)}")
    st.caption(ways)
    figures = [_figure(case, t(words), change, mask) for words, change in changes.items()]
    st.html(f'<div class="changed">{"".join(figures)}</div>')


def _figure(case: Case, words: str, change: Change, mask: Mask) -> str:
    """Return a picture with the squares outlined, how they are changed, and who is ahead."""
    name = html.escape(case.config.class_names[change.ahead])
    is_other = change.ahead != int(case.found.target[0])
    who = t(
        "{name} ahead, {odds}", name=f"<b>{name}</b>" if is_other else name, odds=odds(change.lead)
    )
    source = data_url(strip(change.image[None], [mask], SIDE), SIDE)
    return (
        f'<figure><img src="{source}" alt="{words}: {name}">'
        f"<figcaption>{words}<br>{who}</figcaption></figure>"
    )
