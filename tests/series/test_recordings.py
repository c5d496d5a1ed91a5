"""Class folders of recordings, as apps of sensors export them, and one recording alone."""

import numpy as np
import pytest

from dpn.data.worlds.bringing import bring
from dpn.errors import DataError
from dpn.series.reading import is_of_series, read_series
from dpn.series.sets import read_set

PHYPHOX = '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)"\n'
LOGGER = "time,seconds_elapsed,y,x\n"


def write(folder, name, head="", steps=20, row="{t:.2f},{x},{y}", mark=","):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [row.format(t=i * 0.02, n=10**18 + i, x=f"{i}.5", y=-i) for i in range(steps)]
    file.write_text((head + "\n".join(rows) + "\n").replace(",", mark))


@pytest.mark.parametrize(
    ("head", "row", "channels", "noted"),
    [
        ("x,y\n", "{x},{y}", ("x", "y"), None),
        ("", "{x},{y}", ("channel 2",), "channel 1"),  # evenly growing: a time
        ("", "{y},{x}", ("channel 1", "channel 2"), None),
        ("", "{t:.2f},{x},{y}", ("channel 2", "channel 3"), "channel 1"),
        (PHYPHOX, "{t:.3E},{x},{y}", ("Acceleration x (m/s^2)", "Acceleration y (m/s^2)"), "Time"),
        (LOGGER, "{n},{t:.6f},{y},{x}", ("y", "x"), "time"),
    ],
)
def test_folders_of_classes_with_a_recording_a_file(tmp_path, head, row, channels, noted):
    for label in ("run", "walk"):
        for i in range(3):
            write(tmp_path / "mine" / label, f"{i}.csv", head, 20 + i, row)
    name, notes = bring(tmp_path / "mine", tmp_path / "data")
    found = read_set(name, tmp_path / "data")
    assert (name, found.class_names, found.channels) == ("mine", ("run", "walk"), channels)
    assert [len(one) for one in found.train] == [20, 21, 22] * 2
    assert np.array_equal(
        found.train[0][:, -1],
        [float(row.split(",")[-1].format(x=f"{i}.5", y=-i)) for i in range(20)],
    )
    assert bool(noted) == any(f"Column {noted}" in one for one in notes)


def test_what_apps_lay_beside_a_recording_is_passed_over(tmp_path):
    for label in ("run", "walk"):
        for i in range(3):
            write(tmp_path / label / str(i), "Raw Data.csv", PHYPHOX)
            write(tmp_path / label / str(i), "meta/time.csv", "event,system time\n")
            (tmp_path / label / str(i) / "Metadata.csv").write_text("version,name\n3,Phone\n")
    found = read_series(tmp_path)
    assert len(found.values) == 6
    write(tmp_path / "run" / "1", "Gyroscope.csv", PHYPHOX)
    with pytest.raises(DataError, match=r"run/1 holds several tables: Gyroscope\.csv, Raw Data"):
        read_series(tmp_path)


def test_parts_semicolons_and_rows_out_of_order(tmp_path):
    for part in ("train", "test"):
        for label in ("run", "walk"):
            write(tmp_path / part / label, "1.csv", "t,x\n", 3, "{t:.2f},{x}", ";")
    file = tmp_path / "train" / "run" / "1.csv"
    file.write_text("t;x\n0,04;2,5\n0,00;0,5\n0,02;1,5\n")
    found = read_series(tmp_path)
    assert found.parts == ["test", "test", "train", "train"]
    assert found.values[2].tolist() == [[0.5], [1.5], [2.5]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "t,x\n" + "".join(f"{i},{'much' if i == 7 else i}\n" for i in range(30)),
            r"walk/2\.csv, row 9: column",
        ),
        ("t,z\n0,1\n1,2\n2,3\n", r"walk/2\.csv has no column x: its columns are t, z"),
    ],
)
def test_a_recording_that_is_not_as_the_others_is_named(tmp_path, content, told):
    for label in ("run", "walk"):
        for i in range(3):
            write(tmp_path / label, f"{i}.csv", "t,x\n", 30, "{t:.2f},{x}")
    (tmp_path / "walk" / "2.csv").write_text(content)
    with pytest.raises(DataError, match=told):
        read_series(tmp_path)
    (tmp_path / "walk" / "2.csv").write_text("t,x\n0,1\n1,2,3\n2,3\n")
    assert "no tables of numbers: 2.csv" in " ".join(read_series(tmp_path).notes)


def test_class_folders_of_words_are_no_series(tmp_path):
    for label in ("good", "bad"):
        for i in range(3):
            write(tmp_path / label, f"{i}.txt", "a lovely film of 7\n", 0)
    assert not is_of_series(tmp_path)


def test_one_recording_is_asked_by_the_channels_of_a_run(tmp_path):
    write(tmp_path, "one.csv", PHYPHOX + "")
    channels = ("Acceleration x (m/s^2)", "Acceleration y (m/s^2)")
    found = read_series(tmp_path / "one.csv", channels)
    assert [one.shape for one in found.values] == [(20, 2)]
    assert found.labels == [""]
    assert read_series(tmp_path / "one.csv", ("a", "b")).channels == channels
    with pytest.raises(DataError, match="no column Acceleration z"):
        read_series(tmp_path / "one.csv", (*channels, "Acceleration z"))


def test_channels_of_one_name_are_told_apart_in_every_file(tmp_path):
    for label in ("run", "walk"):
        for i in range(2):
            write(tmp_path / label, f"{i}.csv", "time,x,y,x,y\n", row="{t:.2f},{x},{y},9{x},8")
    found = read_series(tmp_path)
    assert found.channels == ("x", "y", "x 2", "y 2")
    for one in found.values:
        assert one[3].tolist() == [3.5, -3, 93.5, 8]


def test_a_temperature_is_no_time_though_its_name_is_t(tmp_path):
    write(tmp_path, "one.csv", "p (mbar),T (degC),rh (%)\n", row="{x},{y},{x}")
    found = read_series(tmp_path / "one.csv", ("p (mbar)", "T (degC)", "rh (%)"))
    assert found.channels == ("p (mbar)", "T (degC)", "rh (%)")
    assert found.values[0][:, 1].tolist() == [-i for i in range(20)]
    write(tmp_path, "two.csv", "t,a,b\n")
    timed = read_series(tmp_path / "two.csv", ("a", "b"))
    assert timed.notes[0] == "Column t was taken for the time."


def test_one_of_several_ways_to_travel_is_by_train(tmp_path):
    for label in ("walk", "bus", "train"):
        for i in range(2):
            write(tmp_path / label, f"{i}.csv", PHYPHOX)
    assert {*read_series(tmp_path).labels} == {"walk", "bus", "train"}


def test_a_folder_beside_both_parts_is_no_class(tmp_path):
    for part in ("train", "test"):
        for label in ("walk", "run"):
            for i in range(2):
                write(tmp_path / part / label, f"{i}.csv", PHYPHOX)
    write(tmp_path / "notes" / "of", "a.csv", PHYPHOX)
    found = read_series(tmp_path)
    assert ({*found.labels}, {*found.parts}) == ({"walk", "run"}, {"train", "test"})


def test_what_a_run_is_asked_of_needs_no_classes(tmp_path):
    rows = [f"{s},{i},{i}.5,{s % 3},{s % 2}" for s in range(6) for i in range(9)]
    (tmp_path / "u.csv").write_text("\n".join(["id,time,x,subject,device", *rows]))
    assert len(read_series(tmp_path / "u.csv", ["channel 1"]).values) == 6


def test_a_folder_with_a_table_for_each_channel_as_the_uci_has_it(tmp_path):
    top = tmp_path / "zip" / "UCI HAR Dataset"
    for part, count in (("train", 4), ("test", 2)):
        for c, channel in enumerate(("body_gyro_x", "total_acc_x")):
            file = top / part / "Inertial Signals" / f"{channel}_{part}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            x = np.arange(count * 5).reshape(count, 5) + 100 * c
            np.savetxt(file, x, fmt="  % .7e")
        (top / part / f"y_{part}.txt").write_text("1\n2\n" * (count // 2))
        (top / part / f"subject_{part}.txt").write_text("1\n" * count)
        (top / part / f"X_{part}.txt").write_text("1 2 3\n" * count)
    (top / "activity_labels.txt").write_text("1 WALKING\n2 SITTING\n")
    (top / "README.txt").write_text("of what it is\n")
    for folder in (top, top.parent):
        found = read_set(bring(folder, tmp_path / "data")[0], tmp_path / "data")
        assert found.class_names == ("SITTING", "WALKING")
        assert found.channels == ("body_gyro_x", "total_acc_x")
        assert (len(found.train), len(found.test)) == (4, 2)
        np.testing.assert_array_equal(found.test[1], np.arange(5, 10)[:, None] + [[0, 100]])
    (top / "test" / "y_test.txt").write_text("1\n")
    with pytest.raises(DataError, match="x_test.txt must hold 1 row, one for each of y_test.txt"):
        read_series(top)


@pytest.mark.parametrize("name", ["take{}.csv", "s0{}.txt"])
def test_numbered_tables_of_a_subject_are_recordings_each(tmp_path, name):
    for label in ("a01", "a02"):
        for subject in ("p1", "p2"):
            for i in (1, 2, 3):
                write(tmp_path / label / subject, name.format(i), row="{y},{x}", steps=10 + i)
    found = read_series(tmp_path)
    assert [len(one) for one in found.values] == [11, 12, 13] * 4
    assert found.labels == ["a01"] * 6 + ["a02"] * 6
    write(tmp_path / "a01" / "p1", "gyroscope.csv", row="{y},{x}")
    with pytest.raises(DataError, match="Keep one of them in each folder, .* or number the record"):
        read_series(tmp_path)


def test_recordings_that_end_within_a_row_are_read_without_it(tmp_path):
    for label in ("run", "walk"):
        for i in range(2):
            write(tmp_path / label, f"{i}.csv", PHYPHOX)
    with (tmp_path / "run/0.csv").open("a") as file:
        file.write("0.9,1")
    found = read_series(tmp_path)
    assert [len(one) for one in found.values] == [20] * 4
    assert found.notes[-1] == "Files whose last row is cut off, so left out: 1."
    alone = read_series(tmp_path / "run/0.csv", found.channels)
    assert "0.csv: the last row is cut off, so left out." in alone.notes
