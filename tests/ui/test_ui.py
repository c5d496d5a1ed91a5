"""What the pages are made of: errors in a red box, data in memory once, pictures side by side."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dpn import ui
from dpn.errors import DataError
from dpn.pictures.files import input_spec
from dpn.runs.start import create_run
from dpn.ui import frame, widgets
from dpn.ui.classify import shown
from dpn.ui.data import explore
from dpn.ui.model import answering
from tests.helpers import NAMES, short_training, small_model, write_npz

ROOT = Path(__file__).parents[2]


def test_the_device_has_a_name_once_torch_is_there(monkeypatch):
    ready = threading.Event()
    monkeypatch.setattr(widgets, "warm_up", lambda: ready)
    assert ui.device_words() is None
    ready.set()
    monkeypatch.setattr("dpn.models.devices.available_devices", lambda: ["cpu"])
    assert re.fullmatch(r"CPU, \d+ cores", ui.device_words())


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
