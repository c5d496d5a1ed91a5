"""Classify reads numbers: drawn, uploaded, corrected, looked into."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from dpn.numbers.reading import LineRead, Part, Reading
from dpn.ui.classify import number
from dpn.ui.classify.number_answer import _cut_words
from tests.numbers.written import picture, strokes, to_png, written
from tests.pages.session import Session

CLASSIFY, RUN = "pages/2_Classify.py", "shipped-mnist-residual"


def opened():
    return Session(CLASSIFY, model=RUN).set("button_group", "what", "number")


def draw(canvas, text):
    """Be a canvas that a number is written on, a stroke after the other."""
    lines = strokes(text)
    canvas.send(
        [{"type": "Path", "line": line} for line in lines], to_png(picture(lines, 30 + 78 * 8))
    )


def lesson(session):
    return [picture.name for picture in session.at.session_state["lesson"].pictures.values()]


def test_a_number_is_read_accounted_for_corrected_and_looked_into(canvas):
    session = opened()
    assert any("up to 12 digits" in info for info in session.infos)
    assert canvas.asked["width"] > canvas.asked["height"]
    draw(canvas, "2026")
    session.run()
    assert session.heading.startswith("2026\n")
    assert session.chart("box")["text"].tolist() == list("2026")
    assert session.chart("way") is not None
    assert any("2 | 0" in text for text in session.texts)
    digits = session.at.button_group(key="number_chosen-2026").options
    assert digits == ["2 (place 1)", "0", "2 (place 3)", "6"]
    session.set("button_group", "number_chosen-2026", 1)
    assert any(text == "#### This 0" for text in session.texts)
    (right,) = [
        group for group in session.at.button_group if (group.key or "").startswith("right-number")
    ]
    session.set("button_group", right.key, "6")
    assert lesson(session) == ["6"]
    session.at.button(key="number_inside").click()
    session.at.run()  # to Inside
    session.open("pages/3_Inside.py")
    assert session.at.button_group(key="picture").value == "number"
    assert not session.errors
    session.open(CLASSIFY)
    assert session.heading.startswith("2026\n")  # the drawing is kept
    session.press("clear-number")
    assert session.heading is None


def test_dozens_of_files_are_read_once_and_what_is_kept_of_them_has_bounds(canvas, monkeypatch):
    read, real = [], number.read_sheet
    monkeypatch.setattr(number, "read_sheet", lambda *given: read.append(1) or real(*given))
    session = opened().set("button_group", "way-ink", "upload")
    for i in range(21):
        sheet = to_png(picture(strokes(str(10 + i)), 190))
        session.at.file_uploader(key="number_files").upload(f"{i}.png", sheet)
    session.run().run()
    assert len(read) == 21
    monkeypatch.setattr(number, "MOST_KEPT", 1)
    session.at.file_uploader(key="number_files").upload("one.png", to_png(written("7")))
    session.run()
    assert len(session.at.session_state["numbers_read"]) == 1


def test_what_is_left_out_is_said_in_the_language_of_the_page(canvas):
    session = Session(CLASSIFY, model=RUN, what="number", lang="zh")
    lines = [[(x + 120, y) for x, y in line] for line in strokes("12")]
    lines.insert(0, [(20, 120), (60, 120)])
    paths = [{"type": "Path", "line": line} for line in lines]
    canvas.send(paths, to_png(picture(lines, 560)))
    session.run()
    assert session.heading.startswith("12\n")
    (said,) = (text for text in session.texts if "减号" in text)
    assert "minus" not in said


def test_what_a_cut_is_worth_adds_up_as_it_is_read():
    def reading(text, *odds):
        parts = [Part(name, value, 0.0, (i, i + 1)) for i, (name, value) in enumerate(odds)]
        return Reading(text, 0.5, tuple(parts))

    best, other = reading("12", ("1", 1.004), ("2", 1.004)), reading("7", ("7", 0.001))
    nothing = np.zeros((1, 1), np.uint8)
    line = LineRead((best,), (), (other,), (), nothing, nothing, np.zeros(3))
    (words,) = _cut_words(line)
    first, second, there, gain = map(float, re.findall(r"[+-]?\d+\.\d\d", words))
    assert first + second - there == pytest.approx(gain, abs=1e-9)
    assert gain == pytest.approx(best.score - other.score, abs=0.006)


def test_uploaded_numbers_are_read_and_what_cannot_be_is_said(canvas):
    session = opened().set("button_group", "way-ink", "upload")
    files = [
        ("year.png", to_png(written("2026"))),
        ("minus.png", to_png(written("-42"))),
        ("words.png", b"just words"),
    ]
    for name, content in files:
        session.at.file_uploader(key="number_files").upload(name, content)
    session.run()
    assert any("words\\.png" in warning.value for warning in session.at.warning)
    assert session.heading.startswith("2026\n")
    (table,) = session.at.dataframe
    assert table.value["reads"].tolist() == ["2026", "42"]


def test_a_model_of_other_things_says_so_and_one_that_can_is_a_button_away(canvas, data, runs):
    from tests.helpers import write_npz
    from tests.pages.session import finished_run

    write_npz(data)
    run = finished_run(data, runs)
    session = Session(CLASSIFY, model=run.id).set("button_group", "what", "number")
    assert any("digits 0 to 9" in info for info in session.infos)
    able = session.at.button(key="number_able")
    assert able.label.replace("\\", "") == "Read with MNIST · Residual · 99.5% · shipped"
    session.press("number_able")
    assert session.at.selectbox(key="answering").value == RUN
    draw(canvas, "42")
    session.run()
    assert session.heading.startswith("42\n")


def test_of_a_scan_of_several_pages_it_is_said_that_the_first_was_read(canvas):
    out = io.BytesIO()
    pages = [Image.open(io.BytesIO(to_png(written(text)))) for text in ("42", "7", "10")]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    session = Session(CLASSIFY, model=RUN).set("button_group", "way-ink", "upload")
    session.at.file_uploader[0].upload("feeder.tif", out.getvalue())
    session.run()
    assert any("**, the first of its 3 pages: read as" in text for text in session.texts)
    session.set("button_group", "what", "number")
    session.at.file_uploader(key="number_files").upload("feeder.tif", out.getvalue())
    session.run()
    assert session.heading.startswith("42\n")
    assert any("**, the first of its 3 pages: read as" in text for text in session.texts)


def test_an_upload_of_several_digits_leads_to_number(canvas):
    session = Session(CLASSIFY, model=RUN).set("button_group", "way-ink", "upload")
    session.at.file_uploader[0].upload("year.png", to_png(written("42")))
    session.run()
    assert "I see two figures" in session.heading
    assert "**Number**, above, reads them all" in session.heading
