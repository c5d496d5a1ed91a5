"""What the server is made with, and what is made once for all who use it."""

import sys
import tempfile

import pytest
import streamlit as st
from starlette.requests import Request

from dpn import settings, ui
from dpn.errors import ConfigError
from dpn.ui.service import service
from dpn.ui.shared import Once
from tests.helpers import run_async


def test_no_visitor_can_have_the_trainings_forgotten(fresh_app):
    """Streamlit lets every browser empty ``st.cache_resource``."""
    before = ui.jobs(), ui.server()
    st.cache_resource.clear()
    assert (ui.jobs(), ui.server()) == before


def test_what_is_made_once_is_made_when_it_is_asked_for():
    made = []
    once = Once(lambda: made.append(1) or object())
    assert made == []
    assert once() is once()
    assert made == [1]


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
    """Among script threads the event loop would wait 5 ms for each element that it sends."""
    turns = []
    monkeypatch.setattr(sys, "setswitchinterval", turns.append)
    service()
    assert turns == [0.0005]


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
