"""A running app and a real Chromium for the tests in this folder."""

import pytest

from dpn.models.presets import preset
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.browser.server import CHROMIUM, FLAGS, running_app

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """Start the app once, with folders of its own."""
    with running_app(tmp_path_factory.mktemp("app")) as running:
        yield running
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.fixture(scope="session")
def trained(app):
    """Train on the digits once, without a window that watches; return the run's id."""
    trainer, run = open_training(*preset("digits", (1, 8, 8), 10), app.data, app.runs)
    for _ in run_training(trainer, run):
        pass
    return run.id


@pytest.fixture(scope="session")
def browser():
    """Start Chromium once."""
    if CHROMIUM is None:
        pytest.skip("browser tests need Chromium: install the package `chromium`")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser):
    """Return a function that opens a new session: a window with cookies of its own."""
    contexts = []

    def open_page(*, phone=False, theme="light"):
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            color_scheme=theme,
            has_touch=phone,
            is_mobile=phone,
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    """One desktop window."""
    return new_page()
