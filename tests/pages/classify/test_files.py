"""Classify: pictures in files are answered."""

import numpy as np

from dpn import ui
from dpn.ui.classify import upload
from tests.pages.session import SEVEN, ZERO, Session, png
from tests.pictures.photographs import inked, rgba, sheet, to_png


def open_upload(*files):
    session = Session("pages/2_Classify.py").set("button_group", "way-ink", "upload")
    for name, content in files:
        session.at.file_uploader[0].upload(name, content)
    return session.run()


def test_an_uploaded_picture_is_answered():
    session = open_upload(("zero.png", png(ZERO)))
    assert session.heading.startswith("0\n")
    assert "**zero\\.png**: read as a drawing, dark ink on light" in session.texts
    assert session.charts == 1
    assert not session.at.dataframe  # one picture needs no table
    session = open_upload(("zero.png", png(ZERO, light=True)))
    assert session.heading.startswith("0\n")
    assert "**zero\\.png**: read as a drawing, light ink on dark" in session.texts
    session.set("button_group", "ground", "dark")
    assert "**zero\\.png**: read as a drawing, dark ink on light" in session.texts


def test_many_files_are_a_table_and_bad_ones_hide_no_good_one():
    files = [
        ("zero.png", png(ZERO)),
        ("=cmd.png", png(ZERO, light=True)),
        ("empty.png", b""),
        ("blank.png", png()),
        ("notes <b>[x](y).png", b"just words"),
    ]
    session = open_upload(*files)
    warnings = [warning.value for warning in session.at.warning]
    assert len(warnings) == 3
    for name, warning in zip(("empty.png", "blank.png", files[4][0]), warnings, strict=True):
        assert ui.plain(name) in warning
    table = session.at.dataframe[0].value
    assert table["file"].tolist() == ["zero.png", "'=cmd.png"]
    assert table["answer"].tolist() == ["0", "0"]
    assert table["read as"].tolist() == ["drawing", "drawing"]
    assert table["sure"].between(0.3, 1).all()
    assert table["picture"].str.startswith("data:image/png;base64,").all()
    assert session.at.get("download_button")[0].label == "Download as CSV"
    assert "**zero\\.png**: read as a drawing, dark ink on light" in session.texts


def test_pictures_of_one_name_are_told_apart():
    session = open_upload(("image.jpg", png(ZERO)), ("image.jpg", png(SEVEN)))
    assert session.at.dataframe[0].value["answer"].tolist() == ["0", "7"]
    assert session.heading.startswith("0\n")
    session.at.session_state["answers"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    session.run()
    assert session.heading.startswith("7\n")
    assert session.at.session_state["last_upload"].data == png(SEVEN)


def test_only_bad_files_leave_no_table():
    session = open_upload(("a.png", b""), ("b.png", b"x"))
    assert len(session.at.warning) == 2
    assert not session.at.dataframe
    assert not session.charts


def test_a_file_is_prepared_once_for_each_way_of_reading_it(monkeypatch):
    prepared, prepare = [], upload.prepare

    def counted(rgba, spec, *reading):
        prepared.append(reading)
        return prepare(rgba, spec, *reading)

    monkeypatch.setattr(upload, "prepare", counted)
    session = open_upload(("zero.png", png(ZERO)))
    session.run()
    assert prepared == [("auto", None)]
    session.set("button_group", "kind", "photo").run()
    assert prepared == [("auto", None), ("photo", None)]
    session.set("button_group", "ground", "light")
    session.set("button_group", "ground", "detect")
    assert prepared == [("auto", None), ("photo", None), ("photo", False)]


def test_a_drawing_and_a_photo_are_told_apart_and_a_person_can_say_otherwise():
    photo = to_png(sheet(inked(0, 160), np.random.default_rng(0), falls=0.5))
    session = open_upload(("sheet.png", photo), ("zero.png", png(ZERO)))
    assert session.at.button_group(key="kind").value == "auto"
    assert "**sheet\\.png**: read as a photo of paper, dark ink on light" in session.texts
    assert session.images[0] == "photo"
    assert session.at.dataframe[0].value["answer"].tolist() == ["0", "0"]
    session.set("button_group", "kind", "drawing")
    assert "**sheet\\.png**: read as a drawing, dark ink on light" in session.texts
    session.set("button_group", "kind", "plain")
    assert "**sheet\\.png**" in session.texts
    assert session.images == ["picture", "crop", "input", "grey"]


def test_the_camera_begins_with_deciding_too():
    session = Session("pages/2_Classify.py").set("button_group", "way-ink", "camera")
    assert not session.charts
    session.at.camera_input[0].upload("camera.jpg", png(ZERO))
    session.run()
    assert session.at.button_group(key="kind").value == "auto"
    assert session.charts == 1
    assert session.images[0] == "drawing"


def test_two_figures_in_one_drawing_are_said_and_nobody_is_sure():
    beside = np.hstack([inked(0, 160, 0.7), inked(4, 160, 0.7)])
    session = open_upload(("both.png", to_png(rgba(255 - 238 * beside))))
    assert session.heading.startswith("Not sure\nI see two figures, and read one: **")
    assert "% sure" not in session.heading
