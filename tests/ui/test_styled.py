"""The lab's styles are in the page that Streamlit serves, and nothing else is touched."""

import itertools
from pathlib import Path

import pytest
import streamlit as st

from dpn.ui.server.page import PARTS, Styled, parts_of
from dpn.ui.server.style import STYLE
from tests.helpers import run_async

PAGE = "<html><body>a page</body></html>"
HTML = (b"accept", b"text/html,*/*")


def get(body=PAGE, accept=HTML, method="GET", more=(), pieces=1, early=()):
    """Return the headers, the body and the headers that the app was asked with."""
    sent, asked = [], []
    data = body.encode()

    async def app(scope, receive, send):
        asked.extend(scope["headers"])
        headers = [(b"content-length", str(len(data)).encode()), (b"etag", b"1"), (b"x", b"kept")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        cuts = [len(data) * i // pieces for i in range(pieces + 1)]
        for low, high in itertools.pairwise(cuts):
            rest = high < len(data)
            await send({"type": "http.response.body", "body": data[low:high], "more_body": rest})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": "/", "headers": [accept, *more]}
    run_async(Styled(app, PAGE, "h1 { color: red }", early=early)(scope, None, send))
    body = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return dict(sent[0]["headers"]), body, dict(asked)


@pytest.mark.parametrize("pieces", [1, 3])
def test_the_styles_are_the_last_of_the_body(pieces):
    headers, body, _ = get(pieces=pieces)
    assert body == "<html><body>a page<style>h1 { color: red }</style></body></html>"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"x"] == b"kept"
    assert b"etag" not in headers  # it names the file on disk, which has other bytes


def test_a_page_that_the_browser_has_from_before_is_sent_anew_and_not_compressed():
    less = [(b"if-none-match", b"1"), (b"accept-encoding", b"gzip"), (b"cookie", b"a=b")]
    _, body, asked = get(more=less)
    assert "<style>" in body
    assert set(asked) == {b"accept", b"cookie"}


@pytest.mark.parametrize("body", [PAGE.replace("a page", "b page"), "short", PAGE + "longer"])
def test_another_answer_passes_as_it_is(body):
    headers, told, _ = get(body, pieces=2)
    assert told == body
    assert headers[b"etag"] == b"1"


def test_only_what_a_browser_opens_is_looked_at():
    assert get(accept=(b"accept", b"*/*"))[1] == PAGE
    assert get(method="HEAD")[1] == PAGE


def test_streamlits_page_has_a_body_to_put_them_in():
    page = (Path(st.__file__).parent / "static" / "index.html").read_bytes().decode()
    assert Styled(None, page, STYLE).styled.decode().count("</style></body>") == 1
    assert "<style" not in STYLE


def test_the_browser_is_told_to_fetch_the_scripts_that_all_pages_need():
    _, body, _ = get(early=["./static/js/chart.js"])
    link = '<link rel="modulepreload" crossorigin href="./static/js/chart.js">'
    assert body.startswith(f"<html><body>a page{link}<style>")


def test_scripts_bring_what_they_import_and_not_what_the_page_has(tmp_path):
    files = {
        "Button.1a.js": 'import{a}from"./chart.2b.js";import c from"./index.3c.js"',
        "chart.2b.js": 'import{x}from"./deep.4d.js";import"./Button.1a.js"',
        "deep.4d.js": "",
        "index.3c.js": "",
        "Other.5e.js": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    page = '<script src="./static/js/index.3c.js"></script>'
    found = parts_of(page, tmp_path)
    assert found == [f"./static/js/{name}" for name in list(files)[:3]]
    assert parts_of(page, tmp_path / "not there") == []


def test_streamlit_has_the_parts():
    scripts = Path(st.__file__).with_name("static") / "static" / "js"
    assert [part for part in PARTS if not list(scripts.glob(f"{part}.*.js"))] == []
    for address in parts_of("", scripts):
        assert (scripts / address.rsplit("/", 1)[1]).is_file()
