"""Small images, each with a button that opens it on Inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.language import percent, t
from dpn.pictures.png import enlarge, to_picture
from dpn.runs.run import Run
from dpn.ui.inside import subject

#: Pixels that a tile is wide, about: its image is enlarged by a whole number.
WIDTH = 84


@dataclass(frozen=True)
class Tile:
    """One test image and what was said of it; ``probability`` is what may be claimed of that."""

    index: int
    label: int
    answer: int
    probability: float


def as_claimed(run: Run, tiles: Sequence[Tile], moment: int | None = None) -> list[Tile]:
    """Return tiles of pictures with what the run claims, as Inside tells it, for P(class)."""
    if not tiles:
        return []
    found = ui.claimed(run, [tile.index for tile in tiles], moment)
    sure = found[range(len(tiles)), [tile.answer for tile in tiles]].tolist()
    return [replace(tile, probability=p) for tile, p in zip(tiles, sure, strict=True)]


def show_tiles(
    run: Run, images: npt.NDArray[np.uint8], tiles: Sequence[Tile], names: Sequence[str]
) -> None:
    """Draw tiles of a run's test images (N, C, H, W), as many in a line as there is room for."""
    side = images.shape[-1]
    width = min(max(1, round(WIDTH / side)) * side, 2 * WIDTH)
    with st.container(horizontal=True, gap="xsmall", key="tiles"):
        for tile in tiles:
            with st.container(width=width, gap=None):
                words = t("Test image {index:,}, {name}", index=tile.index, name=names[tile.label])
                show_picture(images[tile.index], width, words)
                label, answer = (ui.plain(names[i]) for i in (tile.label, tile.answer))
                told = f"{label} → {answer} ·\u00a0{percent(tile.probability, 0)}"
                inside_button(run, tile.index, told, f"open_{tile.index}")


def show_picture(image: npt.NDArray[np.uint8], width: int, words: str) -> None:
    """Draw an image (C, H, W) enlarged by a whole number to about ``width`` pixels."""
    picture = enlarge(to_picture(image), width)
    st.image(picture, width=width, output_format="PNG", alt=words)


def inside_button(run: Run, index: int, words: str, key: str) -> None:
    """Draw a button with such words, as Markdown, that opens a run's test image on Inside."""
    if st.button(
        words,
        key=key,
        type="tertiary",
        width="stretch",
        on_click=subject.point_at,
        args=(run, index),
    ):
        st.switch_page("pages/3_Inside.py")
