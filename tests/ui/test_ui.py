"""What the pages are made of: words, pictures, the drawing, the table of answers."""

import base64
import csv
import io
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from streamlit.testing.v1 import AppTest

from dpn import ui
from dpn.data.catalogue import list_datasets
from dpn.errors import DataError
from dpn.jobs.job import LIVE, JobView
from dpn.names import harmless
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import prepare
from dpn.runs.run import ACTIVE, OVER
from dpn.runs.start import create_run
from dpn.ui import answers, frame, widgets
from dpn.ui.classify import draw, shown, upload
from dpn.ui.classify.answer_table import answer_table, to_csv
from dpn.ui.data import explore
from dpn.ui.kept import kept
from dpn.ui.model import answering
from dpn.ui.train import settings as train_settings
from dpn.ui.words import passes
from tests.helpers import NAMES, pictures, short_training, small_model, write_npz

ROOT = Path(__file__).parents[2]
MARKUP = r"\`*_{}[]()<>#+-.!|$~:^&"


# Words


@given(some.text(alphabet=some.one_of(some.sampled_from(MARKUP), some.characters())))
def test_no_character_of_plain_text_is_markup(text):
    shown, escaped = ui.plain(text), re.compile(rf"\\([{re.escape(MARKUP)}])")
    said = escaped.sub(r"\1", shown).replace("\u2060", "")  # which has no width
    assert "".join(said.split()) == "".join(text.replace("\u2060", "").split())
    assert not set(escaped.sub("", shown)) & set(MARKUP)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cat", "cat"),
        ("<b>x</b>", r"\<b\>x\</b\>"),
        ("[x](y)", r"\[x\]\(y\)"),
        ("$a$", r"\$a\$"),
        (":red[x]", r"\:red\[x\]"),
        (r"\*", r"\\\*"),
        ("1. #a", r"1\. \#a"),
        ("été 数", "été 数"),
        ("a\n===", "a ==="),
        ("a\r\n\n    b", "a b"),
        ("www.x.y", "www\u2060\\.x\\.y"),
        ("https://x", "https\\:\u2060//x"),
        ("a@b.c", "a@\u2060b\\.c"),
        (":material/home:", "\\:\u2060material/home\\:"),
        ("->", "\\-\u2060\\>"),
    ],
)
def test_plain_escapes_what_markdown_would_read(text, shown):
    assert ui.plain(text) == shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (8.4, "8 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 0 min"),
        (7_530, "2 h 5 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds, words):
    assert ui.duration(seconds) == words


@pytest.mark.parametrize(
    ("epochs", "words"),
    [
        (0.001, "1% of the images, each once"),
        (0.45, "45% of the images, each once"),
        (1, "each image once"),
        (3.25, "each image 3 or 4 times"),
        (30.0, "each image 30 times"),
    ],
)
def test_epochs_are_said_in_images(epochs, words):
    assert passes(epochs) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "less than 0.1%"),
        (0.0009, "less than 0.1%"),
        (0.0011, "0.1%"),
        (0.5, "50.0%"),
        (0.9989, "99.9%"),
        (0.99999, "more than 99.9%"),
        (1.0, "more than 99.9%"),
    ],
)
def test_a_model_is_never_said_to_be_certain(probability, words):
    assert answers.percent(probability) == words


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (JobView("a"), "loading the data"),
        (JobView("a", "queued", total_steps=10), "waiting for its turn"),
        (JobView("a", "queued", place=1, wait=0.2), "waiting for its turn, number 1 in line"),
        (JobView("a", "running", total_steps=10), "training, 0%"),
        (JobView("a", "running", step=4, total_steps=10, seconds=60), "training, 40%, 1 min 30 s"),
        (JobView("a", "paused", step=4, total_steps=10, seconds=60), "paused, 40%"),
        (JobView("a", "finished", step=10, total_steps=10, seconds=60), "finished"),
        (JobView("a", "failed", "why", step=4, total_steps=10), "stopped by a problem"),
    ],
)
def test_a_training_is_described_in_a_few_words(view, words):
    assert ui.describe(view) == words + (" left" if "min" in words else "")


def test_every_state_has_words():
    assert {*LIVE, *ACTIVE, *OVER, "interrupted"} <= set(ui.STATE_WORDS)
    assert all(ui.STATE_WORDS.values())


def test_the_device_has_a_name_once_torch_is_there(monkeypatch):
    ready = threading.Event()
    monkeypatch.setattr(widgets, "warm_up", lambda: ready)
    assert ui.device_words() is None
    ready.set()
    monkeypatch.setattr("dpn.models.devices.available_devices", lambda: ["cpu"])
    assert re.fullmatch(r"CPU, \d+ cores", ui.device_words())


def test_a_set_to_download_says_how_large_it_is(tmp_path):
    write_npz(tmp_path)
    words = {info.name: train_settings._dataset_words(info) for info in list_datasets(tmp_path)}
    assert words["digits"] == "Digits 8×8"
    assert re.fullmatch(r"MNIST \(download, \d+ MB\)", words["mnist"])
    assert words["small"] == "small"


def test_a_model_knows_what_images_it_takes(tmp_path, fresh_app):
    run = create_run(tmp_path, small_model("residual"), short_training(), NAMES, "mnist")
    assert not answering.is_live(run)
    spec = input_spec(run.config())
    assert (spec.channels, spec.height, spec.width, spec.preparation) == (1, 8, 8, "mnist")


def test_every_page_in_the_sidebar_is_there():
    assert all((ROOT / page).is_file() for page, _, _ in frame.PAGES)
    assert {Path(page).name for page, _, _ in frame.PAGES[1:]} == {
        path.name for path in (ROOT / "pages").glob("*.py")
    }
    with Image.open(frame.ICON) as icon:
        assert icon.size[0] >= 32


# Errors


def two_problems():
    import streamlit as st

    from dpn import ui
    from dpn.errors import DataError

    with ui.guard():
        raise DataError("<b>a.npz</b> is damaged")
    with ui.guard():
        raise ValueError("/secret/path")
    st.write("still here")


def test_a_problem_is_one_red_box_and_the_page_goes_on(caplog):
    at = AppTest.from_function(two_problems, default_timeout=60).run()
    assert not at.exception
    said, unexpected = (error.value for error in at.error)
    assert said == r"\<b\>a\.npz\</b\> is damaged"
    assert "unexpected" in unexpected
    assert "secret" not in unexpected
    assert "/secret/path" in caplog.text  # the log has what the page has not
    assert [text.value for text in at.markdown] == ["still here"]


def test_guard_lets_a_rerun_pass():
    def script():
        import streamlit as st

        from dpn import ui

        with ui.guard():
            if "again" not in st.session_state:
                st.session_state["again"] = True
                st.rerun()
        st.write("second run")

    at = AppTest.from_function(script, default_timeout=60).run()
    assert not at.error
    assert [text.value for text in at.markdown] == ["second run"]


# Data


def test_a_data_set_is_in_memory_once_until_its_file_changes(tmp_path, fresh_app):
    write_npz(tmp_path / "data", train=66)
    first = ui.dataset("small")
    assert ui.dataset("small") is first
    write_npz(tmp_path / "data", train=99)
    os.utime(tmp_path / "data" / "small.npz", ns=(1, 1))
    assert len(ui.dataset("small").x_train) > len(first.x_train)


def test_a_page_never_downloads_by_itself(fresh_app, monkeypatch):
    monkeypatch.setattr("dpn.data.downloads.download", lambda *_: pytest.fail("it was downloaded"))
    with pytest.raises(DataError, match="kmnist is not on this machine"):
        ui.dataset("kmnist")


# Pictures


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [0, 5, explore.SAMPLES])
def test_samples_lie_side_by_side(channels, count):
    rng = np.random.default_rng(count)
    images = rng.integers(1, 255, (count, channels, 8, 8)).astype(np.uint8)
    strip = explore._strip(images)
    few = count < explore.SAMPLES
    assert strip.shape == (56, 56 * explore.SAMPLES, 4 if few else 3)[: 2 + (few or channels == 3)]
    small = strip[::7, ::7].reshape(8, explore.SAMPLES, 8, -1).transpose(1, 3, 0, 2)
    assert np.array_equal(small[:count, :channels], images)
    assert not small[count:].any()  # transparent
    assert not few or (small[:count, 3] == 255).all()


@pytest.mark.parametrize("shape", [(3, 8), (8, 3), (5, 5), (4, 9, 3)])
def test_a_stage_is_shown_in_the_middle_of_a_square(shape):
    square = shown._square(np.full(shape, 7, dtype=np.uint8))
    side = max(shape[:2])
    assert square.shape == (side, side, *shape[2:])
    seen = square.reshape(side, side, -1).any(axis=2)
    for axis, length in ((1, shape[0]), (0, shape[1])):
        found = np.flatnonzero(seen.any(axis=axis))
        assert len(found) == length
        assert abs(found[0] - (side - 1 - found[-1])) <= 1


# The drawing


def strokes(*names):
    return [{"type": "Path", "path": name} for name in names]


def test_a_drawing_grows_stroke_by_stroke_and_is_undone_so():
    sketch = draw.Sketch()
    sketch.take(strokes("a"), b"1")
    sketch.take(strokes("a", "b"), b"2")
    assert (sketch.pictures, sketch.version, sketch.seed) == ([b"1", b"2"], 0, None)
    sketch.undo()
    assert (sketch.strokes, sketch.pictures) == (strokes("a"), [b"1"])
    assert (sketch.version, sketch.seed) == (1, {"objects": strokes("a")})
    sketch.undo()
    assert (sketch.strokes, sketch.pictures) == ([], [])
    assert (sketch.version, sketch.seed) == (2, None)
    sketch.undo()  # pressed once too often
    assert (sketch.strokes, sketch.pictures, sketch.seed) == ([], [], None)


def test_what_the_canvas_sends_again_changes_nothing():
    sketch = draw.Sketch()
    sketch.take(strokes("a"), b"1")
    sketch.take(strokes("a"), b"other")
    assert sketch.pictures == [b"1"]


def test_the_canvas_has_an_undo_and_a_bin_of_its_own():
    sketch = draw.Sketch()
    for count in (1, 2, 3):
        sketch.take(strokes(*"abc"[:count]), bytes([count]))
    sketch.take(strokes("a", "b"), b"again")
    assert sketch.pictures == [b"\1", b"again"]
    sketch.take([], b"empty")
    assert (sketch.strokes, sketch.pictures) == ([], [])


def test_strokes_that_come_together_are_undone_together():
    """So that the answer is always about what is on the canvas."""
    sketch = draw.Sketch()
    sketch.take(strokes("a"), b"1")
    sketch.take(strokes("a", "b", "c"), b"3")
    assert sketch.pictures[-1] == b"3"
    sketch.take(strokes("a", "b", "c", "d"), b"4")
    sketch.undo()
    assert (sketch.strokes, sketch.pictures[-1]) == (strokes("a", "b", "c"), b"3")
    sketch.undo()
    assert (sketch.strokes, sketch.pictures) == (strokes("a"), [b"1"])
    sketch.clear()
    sketch.take(strokes("x", "y"), b"2")
    sketch.undo()
    assert (sketch.strokes, sketch.pictures, sketch.seed) == ([], [], None)


def test_clear_takes_all_and_renew_keeps_all():
    sketch = draw.Sketch()
    sketch.take(strokes("a"), b"1")
    sketch.renew()
    assert (sketch.version, sketch.seed) == (1, {"objects": strokes("a")})
    assert sketch.pictures == [b"1"]
    sketch.clear()
    assert (sketch.version, sketch.seed, sketch.strokes, sketch.pictures) == (2, None, [], [])


def test_a_session_has_one_drawing_and_a_new_one_after_a_reload_of_the_code(monkeypatch):
    monkeypatch.setattr(draw.st, "session_state", {})
    first = draw.sketch()
    first.take(strokes("a"), b"1")
    assert draw.sketch() is first

    class OldSketch:
        pass

    draw.st.session_state["sketch"] = kept()["sketch"] = OldSketch()
    assert type(draw.sketch()) is draw.Sketch
    assert draw.sketch().pictures == []


# The table of answers


def test_the_table_has_the_three_likeliest_classes():
    p = np.array([[0.1, 0.7, 0.2], [0.4, 0.4, 0.2]], dtype=np.float32)
    table = answer_table(["a.png", "b.png"], p, ("left", "middle", "right"))
    assert list(table.columns) == ["file", "answer", "sure", "second", "third"]
    assert table["answer"].tolist() == ["middle", "left"]
    assert table["sure"].tolist() == pytest.approx([0.7, 0.4])
    assert table["second"].tolist() == ["right (20.0%)", "middle (40.0%)"]
    assert table["third"].tolist() == ["left (10.0%)", "right (20.0%)"]


def test_of_two_classes_there_is_no_third():
    table = answer_table(["a"], np.array([[0.25, 0.75]], dtype=np.float32), ("no", "yes"))
    assert list(table.columns) == ["file", "answer", "sure", "second"]
    assert table["second"].tolist() == ["no (25.0%)"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_the_table_or_its_csv_is_a_formula(first):
    p = np.array([[0.75, 0.25]], dtype=np.float32)
    table = answer_table([f"{first}1+1"], p, (f"{first}cmd", f"{first}SUM(A1)"))
    assert not [c for c in table.iloc[0] if isinstance(c, str) and not c.startswith("'")]
    _, row = list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"), newline="")))
    assert row[0] == f"'{first}1+1"
    assert row[1] == f"'{first}cmd"
    assert row[2] == "0.75"
    assert row[3] == f"'{first}SUM(A1) (25.0%)"


def test_harmless_text_is_left_as_it_is():
    for text in ("a=b", "seven.png", "", "'=quoted", "1-2", "été, 数"):
        assert harmless(text) == text


def test_the_csv_keeps_commas_quotes_and_any_script():
    names = ['a,b".png', "数.png"]
    p = np.array([[0.5, 0.5], [1, 0]], dtype=np.float32)
    data = to_csv(answer_table(names, p, ("no", "yes")))
    assert data.startswith(b"\xef\xbb\xbf")  # without it Excel guesses the encoding
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["file", "answer", "sure", "second"]
    assert [row[0] for row in rows[1:]] == names
    assert [float(row[2]) for row in rows[1:]] == [0.5, 1]


# Uploads


def upload_of(name, data):
    return SimpleNamespace(name=name, file_id=name, getvalue=lambda: data)


def png(image):
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def config(tmp_path):
    return create_run(tmp_path, small_model(), short_training(), NAMES, "mnist").config()


def test_a_file_is_prepared_as_the_model_takes_it(config):
    image = 255 - pictures(2, side=40)[0][1]
    item = upload._prepare(upload_of("a.png", png(image)), config, "drawing", None)
    rgba = np.dstack([image] * 3 + [np.full_like(image, 255)])
    expected = prepare(rgba, input_spec(config), "drawing")
    assert (item.name, item.problem) == ("a.png", "")
    assert item.prepared.input.shape == (1, 8, 8)
    assert np.array_equal(item.prepared.input, expected.input)
    kind, data = item.thumbnail.split(",")
    assert kind == "data:image/png;base64"
    assert max(Image.open(io.BytesIO(base64.b64decode(data))).size) <= 80


@pytest.mark.parametrize(
    "data",
    [b"", b"just words", png(np.full((40, 40), 255, dtype=np.uint8))],
    ids=["empty", "words", "blank"],
)
def test_a_file_without_an_answer_says_its_name_and_why(config, data):
    item = upload._prepare(upload_of("b<i>.png", data), config, "drawing", None)
    assert item.prepared is None
    assert item.problem.count("b<i>.png") == 1
    assert len(item.problem) > len("b<i>.png: ")


def test_how_the_ink_was_read_is_said_where_it_was_looked_for():
    def said(inverted, kind, asked="auto"):
        return upload._reading_words(SimpleNamespace(inverted=inverted, kind=kind), asked)

    assert said(True, "drawing") == ": read as a drawing, dark ink on light"
    assert said(False, "photo") == ": read as a photo of paper, light ink on dark"
    assert said(None, "plain") == ": read as a picture like the training images"
    assert said(None, "plain", "plain") == said(None, "photo") == ""


# Home is quick

WITHOUT_TORCH = """
import sys, threading
from dpn import ui
from dpn.explain import example
from dpn.jobs import manager as jobs
from dpn.ui import access, frame, shared, widgets

class NoStarter:
    def prepare(self): pass
    def discard(self): pass

jobs.Starter = NoStarter
for user in (ui, access, frame, shared, widgets):
    user.warm_up = threading.Event  # nothing is imported in the background
from streamlit.testing.v1 import AppTest
at = AppTest.from_file(sys.argv[1], default_timeout=60).run()
assert not at.exception and not at.error, (at.exception, at.error)
assert at.title[0].value == "A classifier that shows its work", at
assert len(at.get("vega_lite_chart")) == 1
assert any("still waking up" in caption.value for caption in at.caption)
slow = [name for name in ("torch", "torchvision", "sklearn", "scipy") if name in sys.modules]
assert not slow, slow
"""


def test_the_home_page_is_drawn_without_torch(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(WITHOUT_TORCH)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, script, str(ROOT / "app.py")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
