"""The test images that a photo is most like, to the model: where parts and pixels tell little."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import streamlit as st

from dpn import ui
from dpn.errors import DPNError
from dpn.explain.neighbours import nearest
from dpn.language import joined, t
from dpn.ui.inside.case import Case
from dpn.ui.inside.tiles import Tile, show_tiles

#: How many are shown.
COUNT = 8


@dataclass(frozen=True)
class Alike:
    """The test images nearest to a photo, and how many there are of each true class.

    Attributes:
        found: their indices, the nearest first.
        counted: class and number, the most frequent first.
    """

    found: list[int]
    counted: list[tuple[int, int]]


def find_alike(case: Case) -> Alike | None:
    """Return the test images most like a photo; None for a drawing, or without the data set."""
    if not case.is_photo:
        return None
    try:
        _, labels = ui.test_images(case.run)
        _, known = ui.between(case.run, case.moment)
        compared = ui.compared(case.run).tolist()
    except DPNError:
        return None
    index = case.subject.index
    itself = compared.index(index) if index in compared else None
    found = [compared[place] for place in nearest(known, case.between[1], COUNT, itself)]
    if not found:  # it is the only one
        return None
    return Alike(found, Counter(int(labels[index]) for index in found).most_common())


def show_alike(case: Case, near: Alike) -> None:
    """Draw the test images most alike, with their classes; each opens on this page."""
    names = case.config.class_names
    counted = t(", ").join(f"**{n} {ui.plain(names[of])}**" for of, n in near.counted)
    said = int(case.found.probabilities[0].argmax())
    but = t("Its answer is still {name}.", name=ui.plain(names[said]))
    like = t(
        "The {count} test images most like it to the model: {counted}.",
        count=len(near.found),
        counted=counted,
    )
    is_same = said == near.counted[0][0]
    st.markdown(f"#### {t('What is it like?')}\n{like if is_same else joined([like, but])}")
    st.caption(t("True class → answer, and how sure. Press one to look inside."))
    images, labels = ui.test_images(case.run)
    claimed = ui.claimed(case.run, near.found, case.moment)
    tiles = [
        Tile(index, int(labels[index]), int(p.argmax()), float(p.max()))
        for index, p in zip(near.found, claimed, strict=True)
    ]
    show_tiles(case.run, images.numpy(), tiles, names)
