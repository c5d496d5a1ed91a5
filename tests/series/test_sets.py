"""Sets of series: the embedded one, and those that people bring, in their parts."""

import numpy as np
import pytest

from dpn.data.catalogue import dataset_info, list_series
from dpn.data.loading import load_dataset
from dpn.data.worlds.bringing import bring
from dpn.errors import DataError
from dpn.series.found import said_of_far
from dpn.series.making import movements
from dpn.series.pen import CHANNELS, STEPS, along, digits
from dpn.series.sets import EMBEDDED, read_set
from tests.helpers import write_series


def test_the_embedded_movements_are_the_same_each_time(tmp_path):
    first, again = movements(), movements()
    assert all(np.array_equal(a, b) for a, b in zip(first.values, again.values, strict=True))
    data = load_dataset("movements", tmp_path)
    assert (data.world, data.classes, len(data.x_test)) == ("series", 5, 60)
    assert data.sizes["channels"] == 2
    assert dataset_info("movements", tmp_path).images == 300


def test_the_way_of_a_pen_is_even_and_knows_when_it_is_lifted():
    cross = [np.array([[0, 50.0], [100, 50]]), np.array([[50, 0.0], [50, 100]])]
    found = along(cross)
    assert found.shape == (STEPS, len(CHANNELS))
    np.testing.assert_allclose(found[[0, -1]], [[-1, 0, 1], [0, -1, 1]], atol=1e-6)
    lengths = np.hypot(*np.diff(found[:, :2], axis=0).T)
    assert np.median(lengths) == pytest.approx(lengths.max(), rel=1e-4)
    in_air = found[found[:, 2] == 0]  # from the right end up to the top
    assert (np.diff(in_air[:, 1]) > 0).all()
    assert (np.diff(in_air[:, 0]) < 0).all()
    assert 0.2 < 1 - found[:, 2].mean() < 0.45  # the jump's share of the way: 70.7 of 270.7
    assert along([np.array([[3.0, 4.0]])]).tolist() == [[0, 0, 1]] * STEPS
    made = digits()
    assert (len(made.values), sorted({*made.labels})) == (1500, list("0123456789"))
    assert np.array_equal(made.values[7], digits().values[7])
    assert max(np.abs(one).max() for one in made.values) <= 1 + 1e-6


def test_files_beside_each_other_are_the_parts_and_are_kept_once(tmp_path):
    path, data = write_series(tmp_path), tmp_path / "data"
    name, notes = bring(path, data)
    assert (name, notes) == ("Small", ("Small_TEST.ts is the test part.",))
    assert bring(tmp_path, data)[0] == name  # the folder
    found = read_set(name, data)
    assert (len(found.train), len(found.test)) == (30, 9)
    assert found.class_names == ("left", "middle", "right")
    assert [info.name for info in list_series(data)] == [*EMBEDDED, name]
    loaded = load_dataset(name, data)
    assert loaded.x_train.shape[2] == 2
    assert loaded.x_train.isnan().any()  # their lengths differ
    path.write_text(path.read_text(encoding="utf-8") + "0,1:1,0:left\n", encoding="utf-8")
    assert bring(path, data)[0] == "Small 2"


def test_without_a_test_part_a_fifth_serves_as_one(tmp_path):
    path = write_series(tmp_path)
    (tmp_path / "Small_TEST.ts").unlink()
    data = load_dataset(bring(path, tmp_path)[0], tmp_path)
    assert len(data.x_test) == 6
    assert data.notes == ("It has no test part: a fifth of it serves as one (6 series).",)


def test_what_cannot_be_learned_is_refused_before_it_is_kept(tmp_path):
    path, data = write_series(tmp_path), tmp_path / "data"
    words = path.read_text(encoding="utf-8")
    head = words[: words.index("@data")] + "@data\n"
    for lines, said in (
        ("0,1:1,0:left\n" * 3, "got 1: left. Bring some of another class"),
        ("", "no series"),
    ):
        path.write_text(head + lines, encoding="utf-8")
        (tmp_path / "Small_TEST.ts").unlink(missing_ok=True)
        with pytest.raises(DataError, match=said):
            bring(path, data)
    np.savez(tmp_path / "a.npz", x=np.zeros((4, 5)))
    with pytest.raises(DataError, match="has no classes to learn"):
        bring(tmp_path / "a.npz", data)
    assert not data.exists()
    write_series(tmp_path)
    (tmp_path / "Small_TEST.ts").write_text(head + "1,2:left\n", encoding="utf-8")
    with pytest.raises(DataError, match="says @dimensions 2"):
        bring(path, data)


def test_a_damaged_set_is_said(tmp_path):
    name, _ = bring(write_series(tmp_path), tmp_path)
    (tmp_path / f"{name}.series").write_bytes(b"PK\x03\x04")
    with pytest.raises(DataError, match="bring the set again"):
        read_set(name, tmp_path)


def test_of_many_small_classes_no_more_is_held_out_than_was_said(tmp_path):
    y = np.arange(60) % 10
    parts = {"x_train": np.zeros((50, 4, 2)), "y_train": y[:50]}
    np.savez(tmp_path / "few.npz", **parts, x_test=np.zeros((10, 4, 2)), y_test=y[50:])
    data = load_dataset(bring(tmp_path / "few.npz", tmp_path / "data")[0], tmp_path / "data")
    assert (len(data.y_val), len(data.y_train)) == (5, 45)
    assert len(data.y_val.unique()) == 5


@pytest.mark.parametrize("called", ["label", "kind"])
@pytest.mark.parametrize("cells", ["", ",-1", ",?"])
def test_a_test_file_without_classes_is_left_out_and_said(tmp_path, called, cells):
    for part, end in (("train", ",{}"), ("test", cells)):
        rows = [
            f"{i},{t},{t * t + i},s{i % 2}" + end.format(("up", "down")[i // 2 % 2])
            for i in range(8)
            for t in range(4)
        ]
        head = "series,time,x,who" + (f",{called}" if end else "")
        (tmp_path / f"{part}.csv").write_text(head + "\n" + "\n".join(rows) + "\n")
    label = None if called == "label" else called
    name, notes = bring(tmp_path / "train.csv", tmp_path / "data", label=label)
    found = read_set(name, tmp_path / "data")
    assert (found.class_names, len(found.train), len(found.test)) == (("down", "up"), 8, 0)
    assert "test.csv is left out: it names no class of train.csv." in notes


def test_what_validates_beside_a_file_joins_its_training(tmp_path):
    row = "{i},{t},{x},{word}\n"
    for part, count in (("train", 8), ("val", 4), ("test", 2)):
        rows = [
            row.format(i=i, t=t, x=t * t, word="ab"[i % 2]) for i in range(count) for t in range(4)
        ]
        (tmp_path / f"{part}.csv").write_text("series,time,x,label\n" + "".join(rows))
    name, notes = bring(tmp_path / "train.csv", tmp_path / "data")
    found = read_set(name, tmp_path / "data")
    assert (len(found.train), len(found.test)) == (12, 2)
    assert notes[-2:] == ("val.csv joins the training part.", "test.csv is the test part.")


@pytest.mark.parametrize("of_weka", [False, True])
def test_series_without_a_class_are_left_out_and_said(tmp_path, of_weka):
    if of_weka:
        head = "@attribute a numeric\n@attribute b numeric\n@attribute c {up,down}\n@data\n"
        path = tmp_path / "some.arff"
        path.write_text(head + "1,2,up\n1,3,up\n2,1,down\n3,1,?\n")
    else:
        rows = [
            f"{i},{t},{t * i},{('up', 'down', '', 'up')[i]}\n" for i in range(4) for t in (0, 1, 3)
        ]
        path = tmp_path / "some.csv"
        path.write_text("series,time,x,label\n" + "".join(rows))
    name, notes = bring(path, tmp_path / "data")
    assert notes[-1] == f"{path.name}: left out 1 of 4 series, without a class."
    assert len(read_set(name, tmp_path / "data").train) == 3


def test_of_series_far_longer_than_those_learned_from_it_is_said():
    values = [np.zeros((n, 1), np.float32) for n in (5, 160, 161, 900)]
    assert said_of_far(values[:2], usual=10) == ""
    assert "which have 10 steps as a rule: 2. What is" in said_of_far(values, usual=10)
