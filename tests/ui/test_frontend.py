"""Streamlit's own files come compressed and from memory; what is none of them passes."""

import gzip

import pytest

from dpn.ui.server.frontend import Frontend
from tests.helpers import run_async

SCRIPT = b"let answer = 42;\n" * 100
FONT = bytes(range(256))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "index.abc.js").write_bytes(SCRIPT)
    (tmp_path / "font.abc.woff2").write_bytes(FONT)
    return tmp_path


def get(frontend, path, method="GET", client=("192.0.2.7", 4000), **headers):
    """Return status, headers and body; status 299 where the app behind was asked."""
    sent = []

    async def send(message):
        sent.append(message)

    names = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": names, "client": client}
    run_async(frontend(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


async def behind(scope, receive, send):
    del scope, receive
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_a_script_comes_compressed_and_may_be_kept(folder):
    frontend = Frontend(behind, folder, "/static/")
    for _ in range(2):  # from disk, and from memory
        status, headers, body = get(
            frontend, "/static/js/index.abc.js", accept_encoding=b"gzip, br"
        )
        assert status == 200
        assert gzip.decompress(body) == SCRIPT
        assert len(body) < len(SCRIPT) / 5
        assert headers[b"content-length"] == str(len(body)).encode()
        assert headers[b"content-encoding"] == b"gzip"
        assert headers[b"vary"] == b"accept-encoding"
        assert b"javascript" in headers[b"content-type"]
        assert b"immutable" in headers[b"cache-control"]
        (folder / "js" / "index.abc.js").unlink(missing_ok=True)


def test_who_cannot_unpack_gets_it_as_it_is(folder):
    _, headers, body = get(Frontend(behind, folder, "/static/"), "/static/js/index.abc.js")
    assert body == SCRIPT
    assert b"content-encoding" not in headers
    assert headers[b"content-length"] == str(len(SCRIPT)).encode()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_browser_on_this_machine_gets_files_as_they_are(folder, address):
    frontend = Frontend(behind, folder, "/static/")
    asked = {"client": (address, 4000), "accept_encoding": b"gzip"}
    _, headers, body = get(frontend, "/static/js/index.abc.js", **asked)
    assert body == SCRIPT
    assert b"content-encoding" not in headers
    assert headers[b"content-length"] == str(len(SCRIPT)).encode()
    assert not frontend.kept


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "via"])
def test_a_proxy_on_this_machine_stands_for_others(folder, header):
    frontend = Frontend(behind, folder, "/static/")
    asked = {"client": ("127.0.0.1", 4000), "accept_encoding": b"gzip", header: b"192.0.2.7"}
    _, _, body = get(frontend, "/static/js/index.abc.js", **asked)
    assert gzip.decompress(body) == SCRIPT


def test_a_font_is_compressed_already(folder):
    frontend = Frontend(behind, folder, "/lab/static/")
    _, headers, body = get(frontend, "/lab/static/font.abc.woff2", accept_encoding=b"gzip")
    assert body == FONT
    assert b"content-encoding" not in headers


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/static/js/other.js", {}),
        ("/static/../secret", {}),
        ("/static/js/", {}),
        ("/js/index.abc.js", {}),
        ("/static/js/index.abc.js", {"method": "POST"}),
        ("/static/js/index.abc.js", {"range": b"bytes=0-1"}),
        ("/static/js/index.abc.js", {"if_none_match": b"1"}),
    ],
)
def test_all_else_passes(folder, path, more):
    assert get(Frontend(behind, folder, "/static/"), path, **more)[0] == 299


def test_a_file_that_was_taken_away_is_left_to_streamlit(folder):
    frontend = Frontend(behind, folder, "/static/")
    (folder / "font.abc.woff2").unlink()
    assert get(frontend, "/static/font.abc.woff2")[0] == 299
