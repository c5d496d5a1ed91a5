"""Other people's handwriting: read as it is told, and parted the same way each time."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.hands.written import PENS, SCANS, parted_pens, parted_scans, pens, scans
from tests.hands.written_files import write_hands


def test_pens_are_strokes_downwards_with_their_digits(tmp_path):
    write_hands(tmp_path)
    first = (tmp_path / PENS).read_text().splitlines()[0].split(",")
    part = pens(tmp_path)
    assert part.digits.shape == (40, 8, 2)
    x, y = int(first[0]), int(first[1])
    np.testing.assert_array_equal(part.digits[0, 0], [x, 100 - y])
    np.testing.assert_array_equal(part.labels[:12], [*range(10), 0, 1])


def test_scans_are_bitmaps_with_their_digits(tmp_path):
    write_hands(tmp_path)
    part = scans(tmp_path)
    assert part.digits.shape == (20, 32, 32)
    assert part.digits[0, 5, 10:17].tolist() == [True] * 6 + [False]
    np.testing.assert_array_equal(part.labels[:12], [*range(10), 0, 1])


@pytest.mark.parametrize(("read", "name"), [(pens, PENS), (scans, SCANS)])
def test_a_missing_or_damaged_file_is_said_in_a_sentence(tmp_path, read, name):
    with pytest.raises(DataError, match="is missing: it holds other people's handwriting"):
        read(tmp_path)
    (tmp_path / name).write_bytes(b"1,2,3\n4,x\n")
    with pytest.raises(DataError, match="is not .* fetch it again"):
        read(tmp_path)


def test_an_archive_with_a_hole_is_said_in_a_sentence(tmp_path):
    write_hands(tmp_path, scans=200)
    file = tmp_path / SCANS
    whole = file.read_bytes()
    for at in range(100, len(whole) - 60, 40):  # at some of them it cannot be unpacked at all
        file.write_bytes(whole[:at] + b"\xff" * 50 + whole[at + 50 :])
        with pytest.raises(DataError, match="is not .* fetch it again"):
            scans(tmp_path)


def test_a_point_outside_of_the_tablet_is_refused(tmp_path):
    (tmp_path / PENS).write_text(",".join(["101"] * 16) + ",3\n")
    with pytest.raises(DataError, match="fetch it again"):
        pens(tmp_path)


@pytest.mark.parametrize(("read", "part"), [(pens, parted_pens), (scans, parted_scans)])
def test_no_digit_is_in_two_parts(tmp_path, read, part):
    write_hands(tmp_path, pens=400, scans=1_500)
    whole = read(tmp_path)
    numbered = type(whole)(np.arange(len(whole.labels))[:, None, None] / 1.0, whole.labels)
    parts = [set(one.digits.ravel().tolist()) for one in part(numbered)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == len(whole.labels)
    assert len(parts[0]) > len(parts[1]) > 0
    assert [one.labels.tolist() for one in part(numbered)] == [
        one.labels.tolist() for one in part(whole)
    ]
