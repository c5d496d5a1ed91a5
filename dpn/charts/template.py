"""The template that won as (data, Vega-Lite spec), and what each pixel adds by it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dpn.charts.style import FloatArray, Spec, against_for, ink
from dpn.charts.sum import only
from dpn.language import msg, t
from dpn.pictures.png import Pixels, data_url, diverging

#: Height of the pictures in pixels.
TEMPLATE_HEIGHT = 370
#: A scale that ends where its domain does.
EXACT = {"zero": False, "nice": False}


def template_chart(
    image: Pixels,
    template: FloatArray,
    product: FloatArray,
    title: str = msg("the template that won"),
    usual: tuple[str, FloatArray] | None = None,
    *,
    dark: bool = False,
) -> tuple[pd.DataFrame, Spec]:
    """Return pictures side by side, two in a row on a phone: the template, and the product.

    Args:
        image: (C, H, W) uint8, for what is pointed at.
        template: (C, H, W) C*; the channels of colour are added up.
        product: (C, H, W) C* ⊙ normalised image, what each pixel adds; likewise.
        title: what the template is.
        usual: a title and (H, W), how much more ink a class usually has than another; drawn first.
        dark: whether the page is.
    """
    height, width = image.shape[1:]
    speaks, adds = template.sum(axis=0), product.sum(axis=0)
    maps = [usual] if usual else []
    maps += [(title, speaks), (t("what each pixel adds"), adds)]
    scale = against_for(dark)
    most = [float(np.abs(values).max()) or 1.0 for _, values in maps]
    pictures: dict[str, list[Any]] = {
        "kind": ["image"] * len(maps),
        "panel": [*range(len(maps))],
        "title": [name for name, _ in maps],
        "url": [data_url(diverging(x, m, scale)) for (_, x), m in zip(maps, most, strict=True)],
    }
    at = np.arange(height * width)
    row, column = np.divmod(at, width)
    # What the browser would else compute for each pixel of each view, one expression after another.
    places = {"row": row + 1, "column": column + 1, "right": column + 2, "below": row + 2, "at": at}
    pixels: dict[str, list[Any]] = {"kind": ["pixel"] * len(at)}
    pixels |= {name: values.tolist() for name, values in places.items()}
    numbers = {"ink": (image.mean(axis=0) / 255, ".2f"), "template": (speaks, "+.3f")}
    for name, (values, form) in {**numbers, "adds": (adds, "+.3f")}.items():
        pixels[name] = [format(value, form) for value in values.ravel().tolist()]
    # Column by column: to put two tables together takes pandas three times as long.
    none = [None] * len(maps), [None] * len(at)
    table = {n: pictures.get(n, none[0]) + pixels.get(n, none[1]) for n in pictures | pixels}
    return pd.DataFrame(table), _template_spec(height, width, len(maps), ink(dark))


def _template_spec(height: int, width: int, count: int, ink: str) -> Spec:
    side, left, top = _layout("datum.panel", count)
    longer = max(height, width)
    place = {
        "side": side,
        "left": left,
        "top": top,
    }
    pixel = {"type": "quantitative", "axis": None, "scale": None}
    corner = {"x": {"field": "left", **pixel}, "y": {"field": "top", **pixel}}
    size = {
        "width": {"expr": f"datum.side * {width / longer}"},
        "height": {"expr": f"datum.side * {height / longer}"},
    }
    return {
        "height": TEMPLATE_HEIGHT,
        "layer": [
            _placed(
                "image",
                place,
                {"type": "image", "align": "left", "baseline": "top", **size},
                {**corner, "url": {"field": "url", "type": "nominal"}},
            ),
            _placed(
                "image",
                place,
                {"type": "text", "align": "left", "baseline": "bottom", "dy": -5}
                | {"fontSize": 13, "color": ink},
                {**corner, "text": {"field": "title", "type": "nominal"}},
            ),
            _pixels(height, width, count),
        ],
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
        "config": {"view": {"stroke": None}},
    }


def _layout(panel: str, count: int) -> tuple[str, str, str]:
    """Return expressions for the side of a picture, its left edge, and its top edge, in pixels.

    Args:
        panel: an expression for the number of the picture, from 0.
        count: how many pictures there are.
    """
    title, gap = 22, 12
    tall, small = TEMPLATE_HEIGHT - title, TEMPLATE_HEIGHT / 2 - title
    row = f"(width > 600 ? {count} : 2)"
    lines = 2 if count > 2 else 1
    high = f"(width > 600 ? {tall} : {small if lines == 2 else tall})"
    side = f"min((width - {gap} * ({row} - 1)) / {row}, {high})"
    left = f"({panel} % {row}) * ({side} + {gap})"
    return side, left, f"({title} + floor({panel} / {row}) * ({side} + {title}))"


def _placed(kind: str, place: dict[str, str], mark: Spec, encoding: Spec) -> Spec:
    """Return the layer of the rows of one kind, which lie where the expressions say."""
    layer = only(kind, mark, encoding)
    layer["transform"] += [{"calculate": rule, "as": name} for name, rule in place.items()]
    return layer


def _pixels(height: int, width: int, count: int) -> Spec:
    """Return what is pointed at, over the last picture only.

    A thousand marks make a page slow, so these lie on scales, which are cheaper than expressions,
    are kept from one image to the next, and are not read out.
    """
    side, left, top = _layout(str(count - 1), count)

    def along(field: str, low: str, size: int) -> Spec:
        high = f"{low} + {side} * {size / max(height, width)}"
        scale = {"domain": [1, size + 1], "range": [{"expr": low}, {"expr": high}]}
        return {"field": field, "type": "quantitative", "axis": None, "scale": scale | EXACT}

    across, down = along("column", left, width), along("row", top, height)
    titles = {"row": t("row"), "column": t("column"), "ink": t("brightness")}
    titles |= {"template": t("template"), "adds": t("adds")}
    tooltip = [{"field": name, "type": "nominal", "title": of} for name, of in titles.items()]
    return only(
        "pixel",
        {"type": "rect", "fill": "transparent", "aria": False},
        {"x": across, "x2": {"field": "right"}, "y": down, "y2": {"field": "below"}}
        | {"tooltip": tooltip, "key": {"field": "at"}},
    )
