"""Bring your own texts, series and lists: what works, and what is said of what cannot."""

import io

import numpy as np
import pytest

from dpn.data.catalogue import dataset_info
from dpn.data.worlds.bringing import bring
from tests.pages.data.conftest import File
from tests.pages.session import Session

KINDS = "note,kind,mood\n" + "".join(
    f"this is a long note {i},{'ab'[i % 2]},{'xy'[i // 3 % 2]}\n" for i in range(12)
)
PARTS = ("train", "test")
STEPS = "series,time,x,label\n" + "".join(
    f"{i},{j},{i * j},{'ab'[i % 2]}\n" for i in range(8) for j in range(5)
)


def own_name(page):
    return page.at.selectbox(key="dataset").value


def dropped(sent, name, content):
    """The panel, with a file dropped under texts, series and lists."""
    page = Session("pages/5_Data.py")
    page.press("bring").set("button_group", "bring_way", "others")
    sent["bring_others"] = [File(name, content)]
    return page.run()


def npz(**arrays):
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "head", "row", "told"),
    [
        ("songs.csv", "user,song,time", "{0},{1},{1}", "12 next items to learn, 5 items"),
        ("ways.csv", "text,way", "turn {0} {1},{2}", "30 texts, 2 classes"),
        ("steps.csv", "id,t,x,label", "a{0},{1},{0}{1},{2}", "6 series, 2 classes"),
    ],
)
def test_what_is_no_picture_is_told_and_then_the_data_set_of_the_page(
    data, runs, sent, monkeypatch, name, head, row, told
):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    rows = [
        row.format(i, (i + j) % 5 if name == "songs.csv" else j, "ab"[i % 2])
        for i in range(6)
        for j in range(5)
    ]
    page = Session("pages/5_Data.py")
    page.press("bring").set("button_group", "bring_way", "others")
    sent["bring_others"] = [File(name, b"nothing")]
    assert page.run().errors
    sent["bring_others"] = [File(name, "\n".join([head, *rows]).encode())]
    page.run()
    assert any(told in text for text in page.texts), page.texts
    page.press("bring_others_use")
    assert own_name(page) == name.removesuffix(".csv")
    page.open("pages/5_Data.py").press("own_remove")
    assert not page.errors
    assert not list(data.iterdir())
    assert own_name(page) == "digits"


def test_where_columns_are_unclear_they_are_chosen_on_the_page(data, runs, sent, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    page = dropped(sent, "notes.csv", KINDS.encode())
    assert not page.errors
    assert "which the classes" in page.infos[-1]
    text, label = (
        next(one for one in page.at.selectbox if one.label == name)
        for name in ("The texts are in", "The classes are in")
    )
    assert (text.value, label.value) == ("note", None)
    label.set_value("note")
    assert "two columns" in page.run().errors[-1]
    next(one for one in page.at.selectbox if one.key == label.key).set_value("mood")
    page.run()
    assert any("12 texts, 2 classes" in said for said in page.texts)
    page.press("bring_others_use")
    assert own_name(page) == "notes"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "is empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0", "is a picture. Put pictures"),
        ("gb.csv", "text,label\n放点音乐,音乐\n".encode("gb18030") * 9, "Save it as UTF-8"),
        ("two.csv", b"text,label\nplay jazz,music\nwake me,alarm\n", "bring more"),
        ("one.csv", b"text,label\n" + b"play jazz,music\n" * 9, "another class, too"),
        ("slip.csv", STEPS.replace("1,1,1,", "1,1,one,").encode(), "'one', which is no number"),
        ("no.npz", b"nothing", "damaged or no npz"),
        ("objects.npz", npz(x=np.array([[1], [1, 2]], object), y=np.zeros(2)), "never loaded"),
        ("pixels.npz", npz(x=np.zeros((9, 8, 8), np.uint8), y=np.arange(9)), "under Files"),
        ("times.csv", b"user,item,time\n1,2,soon\n1,3,now\n2,2,now\n", "the time is 'soon'"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_costs_nothing(
    data, runs, sent, monkeypatch, name, content, told
):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    page = dropped(sent, name, content)
    (said,) = page.errors
    assert told in said.replace("\\", "")
    assert not [one for one in page.at.button if one.key == "bring_others_use"]
    assert not list(data.iterdir())
    assert own_name(page) == "digits"


def test_texts_of_which_the_first_is_a_number_are_no_series(tmp_path):
    file = tmp_path / "stars.csv"
    rows = [f"{i // 3},{f'a sentence of {i}' if i else 7},{'ab'[i % 2]}" for i in range(12)]
    file.write_text("\n".join(["id,text,label", *rows]))
    name, _ = bring(file, tmp_path / "kept")
    assert dataset_info(name, tmp_path / "kept").world == "text"


def test_a_file_is_read_once_and_the_panel_says_no_other_limit_than_the_server(
    data, runs, sent, monkeypatch
):
    import streamlit as st

    from dpn.ui.data import others

    read, asked, uploader = [], [], st.file_uploader

    def counted(*what, **how):
        read.append(what)
        return bring(*what, **how)

    monkeypatch.setattr(others, "bring", counted)
    monkeypatch.setattr(
        "streamlit.file_uploader", lambda *a, **how: asked.append(how) or uploader(*a, **how)
    )
    page = dropped(sent, "ways.csv", b"text,way\n" + b"turn left,a\nturn right,b\n" * 9)
    page.run()
    page.press("bring_others_use")
    assert own_name(page) == "ways"
    assert len(read) == 1
    assert not [how for how in asked if "max_upload_size" in how or "type" in how]


def test_what_is_no_picture_is_read_where_pictures_are_dropped(data, runs, sent, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    page = Session("pages/5_Data.py")
    page.press("bring")
    sent["bring_files"] = [File("steps.csv", STEPS.encode())]
    page.run()
    assert any("8 series, 2 classes" in text for text in page.texts)
    assert not page.errors
    sent["bring_files"] = [File("one.csv", b"text,label\n" + b"play jazz,music\n" * 9)]
    page.run()
    assert "no label" in page.errors[-1]
    assert any("another class, too" in text for text in page.texts)
    sent["bring_files"] = [File("steps.csv", STEPS.encode())]
    page.run().press("bring_others_use")
    assert own_name(page) == "steps"


def test_of_series_with_two_columns_of_classes_one_is_chosen_on_the_page(
    data, runs, sent, monkeypatch
):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    rows = STEPS.replace(",label", ",kind,mood").splitlines()
    mood = [f"{row},{'cd'[int(row[0]) // 2 % 2]}" for row in rows[1:]]
    page = dropped(sent, "steps.csv", "\n".join([rows[0], *mood]).encode())
    assert "holds the classes" in page.infos[-1]
    label = next(one for one in page.at.selectbox if one.label == "The classes are in")
    assert label.options == ["kind", "mood"]
    label.set_value("mood")
    page.run()
    assert any("8 series, 2 classes" in said for said in page.texts)


def test_parts_with_long_names_are_told_apart(data, runs, sent, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    called = "2026-03-15 all participants, accelerometer and gyroscope, merged and cleaned"
    page = Session("pages/5_Data.py")
    page.press("bring").set("button_group", "bring_way", "others")
    sent["bring_others"] = [File(f"{called}_{part}.csv", STEPS.encode()) for part in PARTS]
    page.run()
    assert not page.errors
    assert any("8 series, 2 classes" in text for text in page.texts)
