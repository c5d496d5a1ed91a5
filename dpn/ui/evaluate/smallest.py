"""The smallest change of one test image that turns its answer: found, and what is exact of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.language import msg, percent, t
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.inside.tiles import show_picture

if TYPE_CHECKING:
    from dpn.models.base import Classifier
    from dpn.robustness.pieces import InPiece
    from dpn.robustness.smallest import Smallest

#: Pixels that a picture is wide.
WIDTH = 112
WAYS = {"linf": msg("Each pixel"), "l2": msg("All together")}
ABOUT = msg(
    "The change is sought along the slope of the model's own scores, so that the pixel that "
    "changes most, or all changes together, are as small as can be. Of the second, 1 is one "
    "pixel from black to white."
)
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Turned:
    """The smallest change found, and what is exact about it.

    Attributes:
        answer: what is answered without it, and how surely, 0..1.
        after: the picture (C, H, W) after it; None where none was found.
        then: what is answered then.
        size: of the change, in its norm; pixels 0..1.
        near: the nearest change in the present linear piece; None where there are no pieces.
        turns_at: kinds of change by the first of five strengths that turns the answer; 0: none.
    """

    answer: tuple[int, float]
    after: npt.NDArray[np.float32] | None
    then: int
    size: float
    near: InPiece | None
    turns_at: dict[str, int]


def show_smallest(run: Run, moment: int | None, version: int, names: Sequence[str]) -> None:
    """Draw one test image before and after the smallest change, and the difference.

    Args:
        run: whose model it is.
        moment: the step of a snapshot, None for the weights as they are.
        version: a number that changes with the weights.
        names: K names of the classes.
    """
    images, labels = ui.test_images(run)
    st.markdown(t("**The smallest change** that turns an answer"))
    key = f"turn_image_{len(labels)}"
    words = t("a whole number from {low} to {high}", low=0, high=len(labels) - 1)
    sought = state.take("turn", range(len(labels)), words)
    if sought is not None:
        ui.put(key, sought)
    if wanted := state.take("norm"):
        ui.put("turn_norm", wanted)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="small"):
        index = int(
            st.number_input(
                t("Test image"),
                min_value=0,
                max_value=len(labels) - 1,
                value=st.session_state.get(key, 0),
                key=key,
                persist_state="session",
                width=140,
            )
        )
        ways = {name: t(words) for name, words in WAYS.items()}
        norm = menus.switch(ways, t("Small in"), "turn_norm", help=t(ABOUT))
        asked = (str(run.path), moment, version, index, norm)
        find = st.button(t("Find it"), icon=":material/search:", key="turn_find")
        if find or sought is not None:
            st.session_state["turn_asked"] = asked
    is_shown = st.session_state.get("turn_asked") == asked
    state.put(turn=index if is_shown else None, norm="l2" if is_shown and norm == "l2" else None)
    if not is_shown:
        return
    with st.spinner(t("Seeking …"), show_time=True):
        found = _turned(*asked)
    before = images[index].numpy()
    shown = [
        (before, f"{ui.plain(names[found.answer[0]])} · {percent(found.answer[1], 0)}", t("Before"))
    ]
    if found.after is not None:
        change = found.after - before.astype(np.float32) / 255
        shown.append((_bytes(found.after), ui.plain(names[found.then]), t("After")))
        shown.append(
            (
                _bytes((0.5 + 10 * change).astype(np.float32)),
                t("difference × 10"),
                t("Difference"),
            )
        )
    with st.container(horizontal=True, gap="small", key="turned"):
        for picture, words, what in shown:
            with st.container(width=WIDTH, gap=None):
                alt = t("{what}: test image {index}, {words}", what=what, index=index, words=words)
                show_picture(picture, WIDTH, alt)
                st.caption(words)
    for sentence in sentences(found, norm, names):
        st.markdown(sentence)


def sentences(found: Turned, norm: str, names: Sequence[str]) -> list[str]:
    """Say how large the change is, what is exact about it, and which other changes turn it."""
    said = []
    if found.after is None:
        said.append(t("No such change was found."))
    else:
        said.append(
            t(
                "{size} turn it from {answer} to {then}. A search found this; a smaller change may "
                "exist.",
                size=size_words(found.size, norm).capitalize(),
                answer=ui.plain(names[found.answer[0]]),
                then=ui.plain(names[found.then]),
            )
        )
    near = found.near
    if near is not None and math.isinf(near.distance):
        said.append(
            t("Exact, but only near by: as long as the same decisions win, no picture turns it.")
        )
    elif near is not None:
        share = (
            t("as far as that")
            if near.reach == 1
            else t("for {share} of the way there", share=_share(near.reach))
        )
        said.append(
            t(
                "Exact, but only near by: as long as the same decisions win, nothing below {size} "
                "turns it. They win {share}.",
                size=size_words(near.distance, norm),
                share=share,
            )
        )
    from dpn.robustness.changes import KINDS

    order = sorted(found.turns_at, key=lambda kind: found.turns_at[kind] or math.inf)
    falls = [f"{t(KINDS[k].words)} ({found.turns_at[k]})" for k in order if found.turns_at[k]]
    stays = [t(KINDS[k].words) for k in order if not found.turns_at[k]]
    if falls:
        said.append(t("Turned by, from strength: {kinds}.", kinds=t(", ").join(falls)))
    if stays:
        said.append(t("By none of five strengths: {kinds}.", kinds=t(", ").join(stays)))
    return said


def size_words(size: float, norm: str) -> str:
    """Say how large a change is."""
    if norm == "linf":
        levels = size * 255
        return t("{levels:.1f} of 255 grey levels a pixel", levels=levels)
    return t("changes of a length of {size:.2f}", size=size)


def _share(share: float) -> str:
    return percent(share, 0) if share >= 0.01 else t("less than 1%")


def _bytes(image: npt.NDArray[np.float32]) -> Pixels:
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


@st.cache_resource(show_spinner=False, max_entries=64)
def _turned(
    path: str,
    moment: int | None,
    version: int,  # noqa: ARG001 - part of the key
    index: int,
    norm: str,
) -> Turned:
    import torch

    from dpn.robustness.changes import KINDS, STRENGTHS, changed

    run, server = Run(Path(path)), ui.model_server()
    images, labels = (part[index : index + 1] for part in ui.test_images(run))
    kinds = [name for name in KINDS if images.shape[1] == 3 or name != "saturation"]
    made = [changed(images, kind, s) for kind in kinds for s in range(1, STRENGTHS + 1)]
    seen = torch.cat([images, *made])
    shares = server.evaluate(run, seen, labels.expand(len(seen)), moment).probabilities
    answers = shares.argmax(axis=1)
    is_turned = (answers[1:] != answers[0]).reshape(len(kinds), STRENGTHS)
    turns_at = {
        kind: int(row.argmax()) + 1 if row.any() else 0
        for kind, row in zip(kinds, is_turned, strict=True)
    }
    steps = server.in_steps(partial(_seeking, images=images, norm=norm), run, images, moment)
    found, near = steps[-1]
    return Turned(
        (int(answers[0]), float(shares[0].max())),
        None if found is None else found.image.cpu().numpy(),
        int(answers[0]) if found is None else found.answer,
        0.0 if found is None else found.radius,
        near,
        turns_at,
    )


def _seeking(
    model: Classifier, images: object, norm: str
) -> Iterator[tuple[Smallest | None, InPiece | None]]:
    """Yield the smallest change found so far; at last with the nearest one in the linear piece."""
    from torch import Tensor

    from dpn.robustness.pieces import is_piecewise_linear, nearest_in_piece
    from dpn.robustness.smallest import seeking

    assert isinstance(images, Tensor)
    x = (images.float() / 255).to(model.mean.device)
    last = None
    for last in seeking(model, x, norm):
        yield last, None
    linear = is_piecewise_linear(model.config)
    yield last, nearest_in_piece(model, x, norm) if linear else None
