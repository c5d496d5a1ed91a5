"""What a sentence tells of, marked in a small picture."""

import base64
import re

import numpy as np
import pytest

from dpn.charts.placed.marked import YELLOW, marked
from dpn.explain.drawings.marks import Mark

IMAGE = np.zeros((1, 28, 28), np.uint8)
INK = np.zeros((28, 28), bool)
INK[4:24, 8:20] = True
SPOT = np.zeros((28, 28), bool)
SPOT[10:14, 11:15] = True


def svg(*marks, places=(), ink=INK):
    head, data = marked(IMAGE, ink, places, marks).split(",")
    assert head == "data:image/svg+xml;base64"
    return base64.b64decode(data).decode()


def yellow(picture):
    """The paths that are drawn in yellow, and which of them are dashed."""
    found = re.findall(rf'<path d="([^"]+)" fill="[^"]+" stroke="{YELLOW}" ([^>]+)/>', picture)
    return [(path, 'dasharray=""' not in rest) for path, rest in found]


@pytest.mark.parametrize(
    ("side", "tip"), [("left", (7.5, 12)), ("right", (18.5, 12)), ("top", (13, 6.5))]
)
def test_a_bend_has_an_arrow_out_of_its_open_side(side, tip):
    edge, arrow = yellow(svg(Mark("hollow", SPOT, side)))
    assert "M" in edge[0]
    assert not edge[1]
    tail, head, *_ = re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", arrow[0])
    assert tuple(map(float, tail)) == (13, 12)
    assert tuple(map(float, head)) == tip
    assert len(yellow(svg(Mark("hollow", SPOT)))) == 1  # of a loop


def test_an_arrow_stays_in_the_picture():
    rim = np.zeros((28, 28), bool)
    rim[12:15, :3] = True
    _, (arrow, _) = yellow(svg(Mark("hollow", rim, "left")))
    assert min(float(x) for x in re.findall(r"[ML](-?[\d.]+),", arrow)) > 0


def test_each_kind_is_drawn_over_a_dark_rim():
    strokes = np.zeros((28, 28), bool)
    strokes[12, 8:11] = strokes[12, 16:19] = True
    level, dots = yellow(svg(Mark("strokes", strokes)))
    assert level[1]
    assert dots[0].count("M") == 2
    (ring,) = yellow(svg(Mark("point", SPOT)))
    assert ring[0].startswith("M9.8")
    assert not ring[1]
    ((_, dashed),) = yellow(svg(Mark("missing", SPOT)))
    assert dashed
    ((line, _),) = yellow(svg(Mark("line", strokes)))
    assert line == "M8.5,12.5L18.5,12.5" or line == "M18.5,12.5L8.5,12.5"
    corner = np.zeros((28, 28), bool)
    corner[0, 0] = True
    ((point, _),) = yellow(svg(Mark("line", corner)))  # of one pixel
    assert point == "M0.5,0.5L0.5,0.5"
    assert svg(Mark("ink", SPOT), places=[SPOT]).count("<path") == 5


def test_only_what_is_about_the_drawing_is_seen():
    def box(**more):
        return re.search(r'viewBox="([^"]+)"', svg(**more))[1]

    assert box() == "1 1 26 26"
    corner = np.zeros((28, 28), bool)
    corner[:4, :4] = True
    assert box(ink=corner) == "0 0 10 10"
    assert box(ink=corner, places=[SPOT]) == "0 0 21 21"
    assert box(ink=~corner & False) == "0 0 28 28"
