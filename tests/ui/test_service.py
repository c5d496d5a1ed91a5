"""What the server is made with, and what is made once for all who use it."""

import asyncio
import importlib.util
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from starlette.requests import Request
from streamlit import delta_generator
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session, runtime

from dpn import settings, ui
from dpn.errors import ConfigError
from dpn.ui import shared
from dpn.ui.server.event_loop import SENDING
from dpn.ui.server.service import _canvas_files, service
from dpn.ui.shared import Once
from tests.browser.server import ROOT
from tests.helpers import run_async


def test_no_visitor_can_have_the_trainings_forgotten(fresh_app):
    """Streamlit lets every browser empty ``st.cache_resource``."""
    before = ui.jobs(), ui.model_server()
    st.cache_resource.clear()
    assert (ui.jobs(), ui.model_server()) == before


def test_what_is_made_once_is_made_when_it_is_asked_for():
    made = []
    once = Once(lambda: made.append(1) or object())
    assert made == []
    assert once() is once()
    assert made == [1]


@pytest.fixture
def imported(monkeypatch, fresh_app):
    """What the warm-up imports of a process that has nothing yet; nobody comes for a minute."""
    del fresh_app
    names = []
    with monkeypatch.context() as new:
        new.setattr(shared, "importlib", SimpleNamespace(import_module=names.append))
        new.setattr(shared, "NOBODY", 60)
        new.delitem(sys.modules, shared.LAST, raising=False)
        yield names


def test_torch_is_imported_when_the_first_page_is_opened(imported):
    done = shared.warm_up()
    assert not threading.Event.wait(done, 0.1)
    assert imported == []
    shared.hurry()
    assert threading.Event.wait(done, 10)
    assert shared.LAST in imported


def test_who_waits_for_torch_has_it_imported_at_once(imported):
    assert shared.warm_up().wait(10)
    assert shared.LAST in imported


def test_torch_is_imported_though_nobody_comes(imported, monkeypatch):
    monkeypatch.setattr(shared, "NOBODY", 0.01)
    assert threading.Event.wait(shared.warm_up(), 10)
    assert shared.LAST in imported


@pytest.mark.parametrize(("text", "value"), [("0", False), ("1", True), ("", None)])
def test_a_switch_is_on_or_off_or_not_set(monkeypatch, text, value):
    monkeypatch.setenv("DPN_SIGN_IN", text)
    assert settings.switch("DPN_SIGN_IN") is value


@pytest.mark.parametrize("text", ["true", "yes", "2", " 1", "on"])
def test_a_switch_is_nothing_else(monkeypatch, text):
    monkeypatch.setenv("DPN_SIGN_IN", text)
    with pytest.raises(ConfigError, match=f"DPN_SIGN_IN must be 0 or 1, got '{text}'"):
        settings.switch("DPN_SIGN_IN")


@pytest.mark.parametrize("variable", ["DPN_PUBLIC", "DPN_SIGN_IN", "DPN_METRICS"])
def test_a_wrong_switch_ends_the_start(monkeypatch, variable):
    monkeypatch.setenv(variable, "maybe")
    with pytest.raises(SystemExit, match=f"DPN Lab cannot start: {variable} must be 0 or 1"):
        service()


def test_a_wrong_kind_of_log_ends_the_start(monkeypatch):
    monkeypatch.setenv("DPN_LOG", "JSON")
    with pytest.raises(SystemExit, match="DPN_LOG must be json or empty, got 'JSON'"):
        service()


def test_threads_take_turns_of_half_a_millisecond(monkeypatch):
    """Among script threads the event loop would wait 5 ms or more for each of its turns."""
    turns = []
    monkeypatch.setattr(sys, "setswitchinterval", turns.append)
    service()
    assert turns == [0.0005]


def test_the_theme_is_read_once(monkeypatch):
    """Streamlit would look through all its options again for each run of a script."""
    sections = []

    def fill(message, section="theme"):
        sections.append(section)
        if section != "theme.dark":
            message.primary_color = f"colour of {section}"

    monkeypatch.setattr(app_session, "_populate_theme_msg", fill)
    service()
    service()
    for _ in range(3):
        theme = CustomThemeConfig()
        app_session._populate_theme_msg(theme)
        app_session._populate_theme_msg(theme.light, "theme.light")
        app_session._populate_theme_msg(theme.dark, "theme.dark")
        assert theme.primary_color == "colour of theme"
        assert theme.light.primary_color == "colour of theme.light"
        assert not theme.HasField("dark")
    assert sections == ["theme", "theme.light", "theme.dark"]


def test_what_is_ready_is_sent_at_once(monkeypatch):
    """Streamlit's sender would go round the event loop after each element."""
    monkeypatch.setattr(runtime, "asyncio", asyncio)
    service()
    rounds = 0

    async def others():
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    async def sends():
        task = asyncio.create_task(others())
        for _ in range(1000):
            await runtime.asyncio.sleep(0)
        assert 0 < rounds < 500
        time.sleep(2 * SENDING)  # others get their turn even while there is more to send
        before = rounds
        await runtime.asyncio.sleep(0)
        assert rounds == before + 1
        await runtime.asyncio.sleep(0.01)
        assert rounds > before + 1
        task.cancel()

    run_async(sends())


def test_a_streamlit_that_has_changed_is_left_as_it_is(monkeypatch):
    monkeypatch.delattr(app_session, "_populate_theme_msg")
    monkeypatch.setitem(sys.modules, "streamlit.runtime.runtime", None)  # cannot be imported
    service()
    assert not hasattr(app_session, "_populate_theme_msg")


def test_an_upload_never_passes_through_a_file(monkeypatch):
    def written(_file):
        raise AssertionError("the upload was written to a file")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", written)
    service()
    picture = bytes(5_000_000)
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n'
    kind = (b"content-type", b"multipart/form-data; boundary=x")

    async def receive():
        return {"type": "http.request", "body": head + picture + b"\r\n--x--\r\n"}

    async def sent():
        async with Request({"type": "http", "headers": [kind]}, receive).form() as form:
            return await form["f"].read()

    assert run_async(sent()) == picture


def test_the_files_of_the_canvas_that_pages_fetch_early_are_those_it_has():
    (package,) = importlib.util.find_spec("streamlit_drawable_canvas").submodule_search_locations
    (script,) = Path(package).glob("frontend/build/index-*.js")
    folder, names = zip(*(address.rsplit("/", 1) for address in _canvas_files()), strict=True)
    assert len(set(folder)) == 1
    assert names == (script.name, "index-style.css")


def test_home_is_imported_without_what_takes_long():
    """What a visitor waits for first: pandas comes while the browser fetches its scripts."""
    words = "import sys, app; assert not {'pandas', 'scipy', 'torch'} & sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_first_element_does_not_look_who_started_python(monkeypatch):
    """It takes seconds beside a thread that imports torch, and the first visitor waits."""
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)
    service()
    monkeypatch.setattr(delta_generator.env_util, "is_repl", lambda: pytest.fail("it looked"))
    delta_generator._maybe_print_use_warning()
