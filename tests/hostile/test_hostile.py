"""Whatever strangers send ends in a value or in a sentence, soon, and is never markup."""

import io
import re
import time
import zipfile

import hypothesis
import numpy as np
import pytest
from hypothesis import given

from dpn import ui
from dpn.data.npz import peek_npz
from dpn.errors import DataError, DPNError, ImageError, RunError, did_you_mean, said
from dpn.files.decoding import document
from dpn.names import harmless, row, shown
from dpn.pictures.decode import decode
from dpn.runs.folder import find_run
from dpn.runs.history import History
from dpn.runs.snapshots import read_snapshot
from dpn.teaching.lesson_files import read_lesson
from dpn.ui.classify import draw
from tests.hostile import cases as hostile_cases
from tests.hostile import files as hostile
from tests.hostile.cases import SURFACES, Sent, put_run


@pytest.mark.parametrize("surface", [name for name in SURFACES if name != "image bombs"])
def test_nothing_but_a_sentence_escapes(surface):
    drawn, call, _ = SURFACES[surface]
    ends = {"value": 0, "sentence": 0}

    @hypothesis.settings(
        max_examples=60,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @given(drawn)
    def each(case):
        try:
            call(*case)
            ends["value"] += 1
        except DPNError as error:
            assert 10 < len(str(error)) < 2_000
            ends["sentence"] += 1

    each()
    assert ends["value"] + ends["sentence"] >= 20


@pytest.mark.parametrize("name", list(hostile.BOMBS))
def test_a_bomb_is_refused_or_read_at_once(name):
    data = hostile.BOMBS[name]()
    began = time.process_time()
    if "frames" in name:
        assert decode(data, name).shape == (2, 2, 4)
    else:
        with pytest.raises(ImageError):
            decode(data, name)
    assert time.process_time() - began < 2


def test_what_is_stored_so_and_small_enough_is_still_read():
    assert decode(hostile.jpeg_of_passes(200, 50), "a").shape == (200, 200, 4)
    rle = hostile.bmp_rle(16, 4, bytes([4, 7, 0, 0]) * 4 + b"\0\1")
    assert decode(rle, "a").shape == (4, 16, 4)


def test_an_archive_of_a_million_members_is_refused_before_they_are_listed(tmp_path):
    data = hostile.many_members(1_000_000)
    path = tmp_path / "mine.npz"
    path.write_bytes(data)
    began = time.process_time()
    with pytest.raises(DataError, match="too many members"):
        read_lesson(data, "a.zip")
    with pytest.raises(DataError, match="too many members"):
        peek_npz(path)
    assert document(io.BytesIO(b"PK\x03\x04" + bytes(26) + data)) == ""
    assert time.process_time() - began < 2


def test_zeros_packed_to_a_thousandth_are_no_data_set(tmp_path):
    x = hostile.npy((200_000, 64, 64), body=bytes(1000))
    with zipfile.ZipFile(tmp_path / "mine.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x_train.npy", "w", force_zip64=True) as member:
            member.write(x[:-1000])
            for _ in range(200):
                member.write(bytes(1000 * 64 * 64))
        small = np.load(io.BytesIO(hostile.npz(x_test=np.zeros((12, 64, 64), np.uint8))))
        labels = {"y_train": np.zeros(200_000, np.int64), "y_test": small["y_test"]}
        for name, array in (labels | {"x_test": small["x_test"]}).items():
            with archive.open(f"{name}.npy", "w") as member:
                np.save(member, array, allow_pickle=False)
    with pytest.raises(DataError, match="are no images"):
        peek_npz(tmp_path / "mine.npz")


def test_names_of_classes_may_not_take_the_memory(tmp_path):
    path = tmp_path / "mine.npz"
    path.write_bytes(hostile.npz(class_names=np.array(["a", "b", "c" * 10_000])))
    with pytest.raises(DataError, match="1 to 64 printable"):
        peek_npz(path)


@pytest.mark.parametrize("name", ["../a.png", "a.png", "a\u202eb/a.png", f"{'a' * 65}/b.png"])
def test_a_lesson_takes_no_class_from_such_a_path(name):
    with pytest.raises(DataError, match=r"lies in no folder|must be named as a class"):
        read_lesson(hostile.lesson_zip([name]), "a.zip")


def test_a_path_that_leads_out_of_an_archive_is_only_a_folder_name():
    (picture,) = read_lesson(hostile.lesson_zip(["../../etc/7/a.png"]), "a.zip")
    assert picture.name == "7"


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(packing):
    with pytest.raises(DataError, match="Use plain zip"):
        read_lesson(hostile.lesson_zip(packing=packing), "a.zip")


def test_a_value_in_a_message_is_short_whatever_it_is():
    deep = []
    for _ in range(5_000):
        deep = [deep]
    for value in (deep, 10**5_000, "a" * 10**7, {"a": deep}):
        assert len(said(value)) < 600
    assert said("adam") == "'adam'"


def test_a_name_of_ten_megabytes_is_answered_at_once(tmp_path):
    name, began = "20260101-" * 10**6, time.process_time()
    assert did_you_mean(name, ["20260101-000000-digits"]) == ""
    with pytest.raises(RunError) as caught:
        find_run(name, tmp_path)
    assert len(str(caught.value)) < 600
    assert time.process_time() - began < 1


def test_a_line_of_ten_megabytes_is_skipped_and_the_others_count(tmp_path):
    path = tmp_path / "metrics.jsonl"
    good = hostile_cases.good()["metrics.jsonl"]
    path.write_bytes(b"x" * 10**7 + b"\n" + good)
    history = History(path)
    assert history.poll().steps["step"].tolist() == [1, 2, 3]
    with open(path, "ab") as file:
        file.write(good.splitlines()[3])  # its end is still to come
    assert history.poll().steps["step"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", ["a\nb", "\u202ea", "", "a" * 65, "\ud800"])
def test_a_run_whose_classes_cannot_be_shown_is_refused(name):
    config = hostile_cases.with_names([name, "b", "c"])
    with pytest.raises(RunError, match="class names are"):
        put_run(**{"config.json": config}).config()


def test_a_lesson_names_its_parent_by_id_and_by_no_path():
    import json

    whole = json.loads(hostile_cases.good()["config.json"])
    held = {"parent": "../x", "method": "full", "new_classes": 0}
    whole["lesson"] = {**held, "accuracy_before": None, "accuracy_after": None}
    with pytest.raises(RunError, match="missing or misplaced"):
        put_run(**{"config.json": json.dumps(whole).encode()}).config()


def test_a_snapshot_whose_matrix_is_none_is_damaged():
    import torch
    from safetensors.torch import save

    bad = save({"validation.confusion": torch.zeros(2, 3, dtype=torch.int64)})
    run = put_run(**{"snapshots/000000003.safetensors": bad})
    with pytest.raises(RunError, match="damaged"):
        read_snapshot(run.path, 3)


PNG = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    ("drawn", "url"),
    [([], PNG), ({"objects": 5}, PNG), ({"objects": [1]}, PNG), ({"objects": {}}, PNG),
     ({"objects": []}, "no picture"), ({"objects": []}, 5), ({"objects": []}, ";base64,a")],
)  # fmt: skip
def test_what_no_canvas_sends_is_one_sentence_and_the_drawing_stays(drawn, url):
    drawing = draw.Sketch()
    drawing.take([{"type": "Path"}], b"kept")
    with pytest.raises(ImageError, match="draw again"):
        draw._take(drawing, Sent(drawn, url))
    assert drawing.pictures == [b"kept"]


def test_the_picture_of_a_canvas_may_not_be_a_bomb():
    with pytest.raises(ImageError, match="60000 x 60000"):
        draw.pixels(hostile.png_header(60_000, 60_000))


@pytest.mark.parametrize("name", hostile.NAMES)
def test_no_name_is_markup_or_a_formula(name):
    text = ui.plain(name)
    assert not re.search(r"[\n\r]", text)
    unescaped = re.sub(r"\\(.)", r"\1", text)  # what the browser looks at once more
    again = r"www\.|://|\w@\w|:[\w/+-]+:|<-|->|--|<=|>=|~="
    assert not re.search(again, unescaped)
    assert not harmless(name).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert not re.search(r"[\x00-\x08\n\r]", row(name, "a"))
    assert shown(name).isprintable()
    assert len(shown(name)) <= 60
