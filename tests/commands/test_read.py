"""The verb read: one object a file, bad files told of, and models that cannot."""

import json

import numpy as np
import pytest

from dpn.__main__ import main
from dpn.pictures.decode import MAX_SIDE_PX
from tests.numbers.written import picture, strokes, to_png, written

RUN = "shipped-mnist-residual"


def read(capsys, *arguments):
    code = main(["read", RUN, *map(str, arguments), "--json"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == any("error" in answer for answer in found)
    return found


def test_numbers_are_read_with_boxes_and_next_readings(capsys, tmp_path):
    (tmp_path / "a.png").write_bytes(to_png(written("42")))
    lines = [*strokes("17", 30, 20), *strokes("2026", 30, 170)]
    (tmp_path / "b.png").write_bytes(to_png(picture(lines, 400, 300)))
    (tmp_path / "c.png").write_bytes(b"just words")
    (tmp_path / "d.png").write_bytes(to_png(written("-4")))
    first, second, bad, minus = read(capsys, tmp_path)
    assert first["file"].endswith("a.png")
    assert first["text"] == "42"
    assert 0 < first["probability"] <= 1
    assert first["readings"][0] == {"text": "42", "probability": first["probability"]}
    assert 1 <= len(first["readings"]) <= 4
    (x, y, w, h), (right, *_) = first["boxes"]
    assert 30 <= x < x + w <= 30 + 78 <= right
    assert 50 <= y < y + h <= 170
    assert second["text"] == "17\n2026"
    assert len(second["boxes"]) == len(second["probabilities"]) == 6
    assert "not an image" in bad["error"]
    assert minus["left_out"] == ["a minus"]


def test_boxes_are_in_pixels_of_the_file_however_large_it_is(capsys, tmp_path):
    small = written("42")
    large = small.repeat(8, axis=0).repeat(8, axis=1)
    assert max(large.shape) > MAX_SIDE_PX
    for name, pixels in (("a", small), ("b", large)):
        (tmp_path / f"{name}.png").write_bytes(to_png(pixels))
    one, two = (np.array(each["boxes"]) for each in read(capsys, tmp_path))
    np.testing.assert_allclose(two, 8 * one, atol=24)


def test_without_json_a_line_a_file(capsys, tmp_path):
    (tmp_path / "a.png").write_bytes(to_png(written("-42")))
    assert main(["read", RUN, str(tmp_path)]) == 0
    _name, text, sure, left = capsys.readouterr().out.strip().split("\t")
    assert (text, left) == ("42", "left out: a minus")
    assert sure.endswith("%")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["read", "shipped-cifar10-residual", "x.png"], "digits 0 to 9"),
        (["read", "nobody", "x.png"], "There is no run"),
    ],
)
def test_a_run_that_cannot_read_is_one_line(capsys, arguments, words):
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
