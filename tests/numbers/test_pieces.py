"""Cuts and pieces: where a line is cut, and that a piece is prepared as a digit alone is."""

import numpy as np

from dpn.numbers import pieces as module
from dpn.numbers.cuts import HEIGHT, LEAST, find_cuts
from dpn.numbers.lines import find_lines
from dpn.numbers.pieces import cut_pieces
from dpn.pictures.preparations import PREPARATIONS, InputSpec
from tests.numbers.written import written


def line_of(text, **look):
    (line,) = find_lines(255 - written(text, **look)[..., 0])
    return line.ink


def test_between_two_digits_is_a_cut_that_crosses_no_ink():
    ink = line_of("42")
    seams = find_cuts(ink)
    rows = np.arange(len(ink))
    crossed = [ink[rows, np.minimum(seam, ink.shape[1] - 1)].sum() for seam in seams[1:-1]]
    assert min(crossed) == 0
    assert (seams[0] == 0).all()
    assert (seams[-1] == ink.shape[1]).all()


def test_digits_that_overlap_in_columns_are_parted_by_a_seam_that_bends():
    ink = np.zeros((HEIGHT + 4, 40), np.uint8)
    for row in range(HEIGHT):  # two strokes that lean: their boxes overlap
        ink[2 + row, 24 - row // 3 : 28 - row // 3] = 255
        ink[2 + row, 32 - row // 3 : 36 - row // 3] = 255
    rows = np.arange(len(ink))
    free = [seam for seam in find_cuts(ink)[1:-1] if ink[rows, seam].sum() == 0]
    left = [int((ink * (np.arange(40) < seam[:, None])).sum()) for seam in free]
    assert int(ink.sum()) // 2 in left


def test_a_digit_that_touches_another_can_be_cut_off():
    ink = line_of("00", step=51)
    seams = find_cuts(ink)
    shares = [(ink * (np.arange(ink.shape[1]) < seam[:, None])).sum() / ink.sum() for seam in seams]
    assert any(0.45 < share < 0.55 for share in shares)


def test_no_two_cuts_part_nearly_the_same_ink():
    ink = line_of("80", step=51)
    seams = find_cuts(ink)
    within = np.arange(ink.shape[1]) < seams[1:-1, :, None]
    rows = (ink / 255 * within).sum(axis=2)  # to the left of each seam, row by row
    apart = np.abs(rows[:, None] - rows).sum(axis=2)[np.triu_indices(len(rows), 1)]
    assert len(rows) > 6
    assert apart.min() >= LEAST - 0.01


def test_each_piece_is_prepared_as_it_would_be_alone():
    ink = line_of("4207", step=50)
    pieces = cut_pieces(ink, find_cuts(ink))
    assert len(pieces.edges) > 8
    spec, columns = InputSpec(1, 28, 28, "mnist"), np.arange(ink.shape[1])
    for (begin, end), box, found in zip(pieces.edges, pieces.boxes, pieces.inputs, strict=True):
        inside = (columns >= pieces.seams[begin][:, None]) & (columns < pieces.seams[end][:, None])
        top, bottom, left, right = box
        alone = PREPARATIONS["mnist"]((ink * inside)[top:bottom, left:right], spec)[-1].image
        assert np.abs(alone.astype(int) - found[0]).max() <= 1


def test_around_a_piece_is_the_rest_of_the_ink_where_it_stands():
    ink = line_of("10")
    pieces = cut_pieces(ink, find_cuts(ink))
    whole = pieces.edges.tolist().index([0, len(pieces.seams) - 1])
    assert pieces.around[whole, 1].max() == 0
    starts = [i for i, (begin, _) in enumerate(pieces.edges) if not begin]
    first = max(i for i in starts if pieces.boxes[i, 3] < 20)
    rest = pieces.around[first, 1]
    assert rest[:, 18:].max() > 128
    assert rest[:, :14].max() == 0


def test_pieces_are_prepared_the_same_however_many_at_once(monkeypatch):
    ink = line_of("80", step=51)
    pieces = cut_pieces(ink, find_cuts(ink))
    monkeypatch.setattr(module, "TOGETHER", 5)
    assert len(pieces.edges) % 5
    assert np.array_equal(cut_pieces(ink, find_cuts(ink)).around, pieces.around)
