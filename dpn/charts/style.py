"""The colours of all figures, each with one meaning everywhere, and what else they share.

All are Vega-Lite, returned as (data, spec), which Streamlit updates in place, but for what stands
still on Data, which is Plotly: a browser loads its 4.7 MB there alone. Blue and orange are told
apart with any kind of colour vision and stand out from a light and from a dark page.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import plotly.graph_objects as go

FloatArray = npt.NDArray[np.floating[Any]]


Spec = dict[str, Any]


TRAINING = "#2f8fd8"  # what is seen on training images; also "speaks for"


VALIDATION = "#e08214"  # what is seen on validation images; also "speaks against"


FAINT = "#9db4c8"  # raw numbers behind a smoothed line; whatever did not win


ON_COLOUR = "#10161d"  # words on blue or orange, on a light page and on a dark one


#: Runs side by side, in their order: each stands out 3:1 from a light page and a dark one, and has
#: a dash of its own.
RUNS = ("#3b82c4", "#d9572b", "#2e9e6b", "#9a63c9", "#a8861a", "#d6559a")
DASHES = ((1, 0), (1, 0), (1, 0), (6, 3), (6, 3), (6, 3))


#: Of curves, in pixels.
LIVE_HEIGHT = 300


#: One diverging scale for all that speaks against (orange) or for (blue) an answer, for a light
#: page and for a dark one: its middle, which says nothing, does not shine.
AGAINST_FOR = [
    (0.0, "#b35806"),
    (0.25, "#f1a340"),
    (0.5, "#f7f7f7"),
    (0.75, "#67a9cf"),
    (1.0, "#2166ac"),
]


AGAINST_FOR_DARK = [
    (0.0, "#f4ad4e"),
    (0.25, "#a85f12"),
    (0.5, "#1c2631"),
    (0.75, "#2b6cab"),
    (1.0, "#7cc0ea"),
]


def name_axis(names: Sequence[str]) -> Spec:
    """Return the axis of classes that stand side by side, each known by its place in "names".

    By place and not by name: a name is text here and nothing else. The spec has them as a param.
    """
    upright = {"labelAngle": 0 if max(map(breadth, names)) <= 3 else -45}
    return {
        "labelExpr": "names[datum.value]",
        "labelLimit": 90,
        **upright,
    }


def breadth(text: str) -> int:
    """Return as how many Latin letters a text is as broad: a Chinese sign is as two of them."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def plain_names(names: Sequence[str]) -> list[str]:
    """Return names that Plotly, which reads some HTML, shows as they are."""
    return [html.escape(name, quote=False) for name in names]


def ink(dark: bool) -> str:
    """Return the colour of words in a figure, on a dark page or a light one."""
    return "#e8edf2" if dark else "#17202a"


def against_for(dark: bool) -> list[tuple[float, str]]:
    """Return the diverging scale for a dark page or a light one."""
    return AGAINST_FOR_DARK if dark else AGAINST_FOR


def tidy(figure: go.Figure, height: int) -> go.Figure:
    """Small margins, no ground of its own: the page's colours show through in light and dark."""
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure
