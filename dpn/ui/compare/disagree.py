"""Two of the runs on the same test images: McNemar's sentence, and the images that part them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.address.table import PARTED
from dpn.evaluation.compare import mcnemar, mcnemar_words
from dpn.evaluation.counted import counted
from dpn.language import joined, percent, t
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.compare.sides import Side
from dpn.ui.inside import tiles

if TYPE_CHECKING:
    from dpn.evaluation.evaluate import Evaluation

#: Images shown at a time.
SHOWN = 12
#: Pixels of an image and the answers under it.
WIDTH = 112
Pair = tuple[Side, Side]


def choose_pair(sides: list[Side], scores: dict[str, Evaluation]) -> tuple[Pair, int] | None:
    """Draw which two are set against each other; return them, and how many pairs there are.

    None, and a sentence, if no two have the same test images.
    """
    able = [side for side in sides if side.letter in scores]
    pairs = [
        (a, b) for i, a in enumerate(able) for b in able[i + 1 :] if _is_same_test(a, b, scores)
    ]
    if not pairs:
        state.put(pair=None, parted=None)
        if len(able) > 1:
            st.info(
                t("No two of these runs have the same test images, so no answers are compared.")
            )
        return None
    names = [f"{a.letter}{b.letter}" for a, b in pairs]
    asked = state.take("pair", names, t("one of {names}", names=", ".join(names)))
    if len(pairs) == 1:
        state.put(pair=None)
        return pairs[0], 1
    key = f"pair-{'-'.join(side.run.id for side in able)}"
    if asked:
        ui.put(key, asked)
    chosen = menus.switch(
        {
            name: t("{a} and {b}", a=a.letter, b=b.letter)
            for name, (a, b) in zip(names, pairs, strict=True)
        },
        t("Which two?"),
        key,
    )
    state.put(pair=None if chosen == names[0] else chosen)
    return pairs[names.index(chosen)], len(pairs)


def _is_same_test(a: Side, b: Side, scores: dict[str, Evaluation]) -> bool:
    one, two = scores[a.letter].labels, scores[b.letter].labels
    return a.data == b.data and np.array_equal(one, two)


def show_pair(pair: Pair, scores: dict[str, Evaluation], pairs: int) -> None:
    """Draw the test's sentence for one of so many pairs, and the images they disagree on."""
    ui.warm_up().wait()  # SciPy counts the luck
    a, b = pair
    one, two = scores[a.letter], scores[b.letter]
    said = one.probabilities.argmax(axis=1), two.probabilities.argmax(axis=1)
    right = said[0] == one.labels, said[1] == one.labels
    verdict, why = mcnemar_words(a.letter, b.letter, mcnemar(*right))
    st.markdown(f"**{verdict}** {why}")  # of which the space ends what is bold, in Chinese too
    words = [t("McNemar's test, of these two models: with another seed both would be others.")]
    if pairs > 1:
        chance = t(
            "Of {pairs} pairs, one in twenty falls below p = 0.05 by luck alone.", pairs=pairs
        )
        words.append(chance)
    st.caption(joined(words))
    chosen = _choose_part(pair, said, right)
    if chosen is None:
        return
    what, which = chosen
    sure = one.probabilities.max(axis=1) + two.probabilities.max(axis=1)
    found = np.flatnonzero(which)
    _show_images(pair, scores, found[np.argsort(-sure[found], kind="stable")], what)


def _choose_part(
    pair: Pair, said: tuple[npt.NDArray[np.intp], ...], right: tuple[npt.NDArray[np.bool_], ...]
) -> tuple[str, npt.NDArray[np.bool_]] | None:
    """Draw the kinds of disagreements; return the chosen one's words, and which images (N,)."""
    a, b = (side.letter for side in pair)
    images = (
        right[0] & ~right[1],
        right[1] & ~right[0],
        ~right[0] & ~right[1] & (said[0] != said[1]),
    )
    parts = {name: which for name, which in zip(PARTED, images, strict=True) if which.any()}
    if not parts:
        state.take("parted")  # whatever it is, there is none of it
        state.put(parted=None)
        st.success(t("{a} and {b} answer every test image alike.", a=a, b=b))
        return None
    asked = state.take("parted", parts, t("one of {names}", names=", ".join(parts)))
    words = [t("Only {letter} right", letter=letter) for letter in (a, b)] + [t("Both wrong")]
    kinds = {name: of for name, of in zip(PARTED, words, strict=True) if name in parts}
    key = f"part-{a}-{b}-{len(parts)}"
    if asked:
        ui.put(key, asked)
    chosen = menus.switch(kinds, t("Where they disagree"), key)
    state.put(parted=None if chosen == next(iter(kinds)) else chosen)
    return kinds[chosen], parts[chosen]


def _show_images(
    pair: Pair, scores: dict[str, Evaluation], found: npt.NDArray[np.intp], words: str
) -> None:
    what = [side.run.id for side in pair], words
    kept, count = st.session_state.get("disagreements", (what, SHOWN))
    count = count if kept == what else SHOWN
    shown = min(count, len(found))
    named = {"words": words, "images": counted(len(found))}
    first = t("{words}: {images}, the first {shown}, surest answers first", **named, shown=shown)
    every = t("{words}: {images}, surest answers first", **named)
    st.markdown(every if shown == len(found) else first)
    pixels = ui.test_images(pair[0].run)[0].numpy()
    claimed = [ui.claimed(side.run, found[:count].tolist()) for side in pair]
    with st.container(horizontal=True, gap="xsmall", key="disagreements"):
        for place, index in enumerate(map(int, found[:count])):
            with st.container(width=WIDTH, gap=None):
                label = int(scores[pair[0].letter].labels[index])
                name = pair[0].config.class_names[label]
                alt = t("Test image {index:,}, {name}", index=index, name=name)
                tiles.show_picture(pixels[index], WIDTH, alt)
                st.caption(ui.plain(t("true: {name}", name=name)))
                for side, shares in zip(pair, claimed, strict=True):
                    said = int(scores[side.letter].probabilities[index].argmax())
                    answer = ui.plain(side.config.class_names[said])
                    told = f"{side.letter}: {answer} · {percent(float(shares[place, said]), 0)}"
                    tiles.inside_button(side.run, index, told, f"differ_{index}_{side.letter}")
    st.caption(t("Press an answer to see on Inside how it came about."))
    if count < len(found) and st.button(
        t("More"), icon=":material/expand_more:", key="more_differ"
    ):
        st.session_state["disagreements"] = (what, count + SHOWN)
        st.rerun()
