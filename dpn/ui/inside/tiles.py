"""Small images, each with a button that opens it on Inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.pictures.png import enlarge, to_picture
from dpn.runs.run import Run
from dpn.ui.inside import subject

#: Pixels that a tile is wide, about: its image is enlarged by a whole number.
WIDTH = 84


@dataclass(frozen=True)
class Tile:
    """One test image and what was said of it."""

    index: int
    label: int
    answer: int
    probability: float


def show_tiles(
    run: Run, images: npt.NDArray[np.uint8], tiles: Sequence[Tile], names: Sequence[str]
) -> None:
    """Draw tiles of a run's test images (N, C, H, W), as many in a line as there is room for."""
    side = images.shape[-1]
    width = min(max(1, round(WIDTH / side)) * side, 2 * WIDTH)
    with st.container(horizontal=True, gap="xsmall", key="tiles"):
        for tile in tiles:
            with st.container(width=width, gap=None):
                picture = enlarge(to_picture(images[tile.index]), width)
                alt = f"Test image {tile.index:,}, {names[tile.label]}"
                st.image(picture, width=width, output_format="PNG", alt=alt)
                label, answer = (ui.plain(names[i]) for i in (tile.label, tile.answer))
                words = f"{label} → {answer} · {tile.probability:.0%}"
                if st.button(
                    words,
                    key=f"open_{tile.index}",
                    type="tertiary",
                    width="stretch",
                    on_click=subject.point_at,
                    args=(run, tile.index),
                ):
                    st.switch_page("pages/3_Inside.py")
