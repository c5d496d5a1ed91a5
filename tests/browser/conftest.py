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
def chromium():
    """Playwright's Chromium."""
    if CHROMIUM is None:
        pytest.skip("browser tests need Chromium: install the package `chromium`")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser(chromium):
    """Start Chromium once, for windows that keep nothing."""
    started = chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield started
    started.close()


@pytest.fixture(scope="session")
def people(chromium, tmp_path_factory):
    """A person at a desk and one with a phone who were here before: their Chromium has the scripts.

    A page of theirs costs two thirds of what a stranger's does.
    """
    homes = {}

    def person(phone):
        if phone not in homes:
            homes[phone] = chromium.launch_persistent_context(
                tmp_path_factory.mktemp("profile"),
                executable_path=CHROMIUM,
                args=FLAGS,
                **_device(phone),
            )
        return homes[phone]

    yield person
    for home in homes.values():
        home.close()


def _device(phone):
    return {"viewport": PHONE if phone else DESKTOP, "has_touch": phone, "is_mobile": phone}


@pytest.fixture
def new_page(browser, people):
    """Return a function that opens a new session: a window with cookies of its own.

    The first of each device is a known person's, without cookies; the others are strangers'.
    """
    strangers, known = [], {}

    def open_page(*, phone=False, theme="light"):
        if phone not in known:
            known[phone] = home = people(phone)
            page = home.new_page()
            page.emulate_media(color_scheme=theme)
        else:
            strangers.append(browser.new_context(color_scheme=theme, **_device(phone)))
            page = strangers[-1].new_page()
        page.context.set_default_timeout(60_000)
        return page

    yield open_page
    for context in strangers:
        context.close()
    for home in known.values():
        _forget(home)


def _forget(home):
    """Close the windows of a Chromium that is kept, but for its first, and all that they left."""
    home.set_offline(False)
    home.clear_permissions()
    home.clear_cookies()
    first, *pages = home.pages
    session = home.new_cdp_session(first)
    for page in pages:
        origin = "/".join(page.url.split("/")[:3])
        if origin.startswith("http"):
            told = {"origin": origin, "storageTypes": "local_storage"}
            session.send("Storage.clearDataForOrigin", told)
        page.close()
    session.detach()


@pytest.fixture
def page(new_page):
    """One desktop window."""
    return new_page()
