"""Each test of a page has an app, folders and a canvas of its own."""

import sys
import types

import pytest

from tests.pages.session import Canvas


@pytest.fixture(autouse=True)
def canvas(monkeypatch):
    """The importing of the real one raises outside a running app."""
    canvas = Canvas()
    fake = types.ModuleType("streamlit_drawable_canvas")
    fake.st_canvas = canvas
    monkeypatch.setitem(sys.modules, "streamlit_drawable_canvas", fake)
    return canvas


@pytest.fixture(autouse=True)
def _no_search_for_components(monkeypatch):
    """Save each window half a second: it would read about all packages that are installed."""
    scan = "streamlit.components.v2.manifest_scanner.scan_component_manifests"
    monkeypatch.setattr(scan, list, raising=False)


@pytest.fixture(autouse=True)
def _process(fresh_app):
    """Each test has managers and models of its own."""


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture(autouse=True)
def _quick_hands(monkeypatch):
    """A test presses Pause sooner after Start than a person does who means it."""
    monkeypatch.setattr("dpn.ui.train.buttons.DOUBLE_CLICK", 0.0)
