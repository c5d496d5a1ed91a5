"""The app on a public address: what the browser allows it, whose training it is, and its end."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect

from dpn.jobs.visitors import COOKIE
from dpn.runs.folder import list_runs
from tests.browser.actions import button, train_long
from tests.browser.server import ROOT, running_app
from tests.faults.checks import half_written, lost
from tests.helpers import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """Start an app for strangers, which keeps its log as JSON."""
    folder = tmp_path_factory.mktemp("public")
    with running_app(folder, DPN_PUBLIC="1", DPN_LOG="json", DPN_MAX_EPOCHS="0") as running:
        yield running


def test_a_header_without_an_end_is_cut_off(app):
    """uvicorn does so with h11, at 64 KiB; with httptools it would keep all that comes."""
    address = urllib.parse.urlsplit(app.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as visitor:
        with contextlib.suppress(ConnectionError):
            visitor.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 10_000_000)
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = visitor.recv(100)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")


def test_the_policy_is_at_work(page, app):
    """What a page may not do, it cannot: without this, that no page tries proves nothing."""
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{app.url}/Data")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.bad = 1';"
        " document.body.append(s); fetch('http://example.com/').catch(() => 0); }"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.bad") is None
    assert len([text for text in said if "Content Security Policy" in text]) >= 2


def test_a_reload_keeps_what_is_yours_and_others_only_watch(new_page, public):
    mine, other = new_page(), new_page()
    run_id = train_long(mine, public)
    button(mine, "job_pause").click()
    expect(button(mine, "job_resume")).to_be_enabled()
    mine.reload()
    expect(button(mine, "job_stop")).to_be_enabled()
    other.goto(f"{public.url}/Train?run={run_id}")
    expect(other.get_by_text("Somebody else started this training")).to_be_visible()
    expect(button(other, "job_start")).to_be_enabled()
    for key in ("job_pause", "job_resume", "job_stop"):
        expect(button(other, key)).to_have_count(0)
    cookie = next(c for c in mine.context.cookies() if c["name"] == COOKIE)
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    other.context.add_cookies([{**cookie, "value": cookie["value"][:-2] + "xx"}])
    other.reload()
    expect(button(other, "job_start")).to_be_enabled()
    expect(button(other, "job_stop")).to_have_count(0)
    button(mine, "job_stop").click()
    expect(button(mine, "job_resume")).to_be_enabled()
    button(mine, "job_delete").click()
    mine.get_by_role("button", name="Delete this run").click()
    expect(mine.get_by_text("Press Start")).to_be_visible()
    assert not [run for run in list_runs(public.runs) if run.id == run_id]
    log = public.log.read_text()
    told = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"time", "level", "logger", "message"} <= told[0].keys()
    about = [line["message"] for line in told if line["message"].startswith(run_id)]
    assert "is asked for by" in about[0]
    assert "stopped after" in about[1]
    assert cookie["value"].split(".")[0] not in log
    assert cookie["value"] not in log


def test_what_to_watch_is_told_in_figures(public):
    with urllib.request.urlopen(f"{public.url}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    figures = dict(line.rsplit(" ", 1) for line in lines)
    assert int(figures["dpn_memory_bytes"]) > 50e6
    assert int(figures["dpn_disk_free_bytes"]) > 0
    assert int(figures["dpn_threads"]) > 1


def test_killed_it_comes_back_with_its_trainings_and_saves_them_when_all_are_told_to_end(
    tmp_path, new_page
):
    """When it is told so, somebody's upload has not arrived yet."""
    with running_app(tmp_path) as app:
        run_id = train_long(new_page(), app)
        (run,) = [run for run in list_runs(app.runs) if run.id == run_id]
        until(lambda: (run.path / "checkpoint.safetensors").exists(), 60)
        for pid in (run.status()["pid"], app.pid):
            os.kill(pid, signal.SIGKILL)
        until(lambda: not is_running(app.pid), 20)
    assert half_written(run) == []
    seconds, longest = lost(run)
    assert seconds <= 5 + longest
    kept = int(run.load_checkpoint()["progress"][0])
    with running_app(tmp_path) as app:
        page = new_page()
        page.goto(f"{app.url}/Train?run={run_id}")
        expect(page.get_by_text("interrupted").first).to_be_visible()
        button(page, "job_resume").click()
        until(lambda: run.status()["state"] == "running" and run.status()["step"] > kept, 60)
        begin_a_slow_upload(new_page(), app)
        tell_to_end(app, run, [run.status()["pid"], *children(app.pid), app.pid])
        assert half_written(run) == []


def tell_to_end(app, run, processes):
    """Tell processes to end; soon they have, and of the training no batch is lost."""
    told = time.monotonic()
    for pid in processes:
        os.kill(pid, signal.SIGTERM)
    until(lambda: not is_running(app.pid), 20)
    took = time.monotonic() - told
    assert took < 10, f"it took {took:.1f} s"
    assert "Traceback" not in app.log.read_text()
    status = run.status()
    assert status["state"] == "stopped"
    assert status["step"] > 0
    assert int(run.load_checkpoint()["progress"][0]) == status["step"]


def children(pid):
    """The processes that one has started."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def begin_a_slow_upload(page, app):
    """Send a megabyte over a line that takes a hundred seconds for it."""
    page.goto(f"{app.url}/Classify")
    page.get_by_text("Upload", exact=True).click()
    expect(page.locator("input[type=file]")).to_be_attached()
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 10_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)
    with page.expect_request(lambda request: request.method == "PUT"):
        page.locator("input[type=file]").set_input_files(
            {"name": "large.png", "mimeType": "image/png", "buffer": bytes(1_000_000)}
        )
    page.wait_for_timeout(1000)


def is_running(pid):
    """Whether it still computes; one that ended and was not asked for yet does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("DPN_SLOTS", "none", "DPN_SLOTS must be a number"),
        ("DPN_RUNS_DIR", "app.py", "DPN_SECRET"),
        ("DPN_PUBLIC", "true", "DPN_PUBLIC must be 0 or 1, got 'true'"),
        ("DPN_SIGN_IN", "1", "secrets.toml has no [auth]"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_one_line(variable, value, words):
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    environment = {**os.environ, variable: value}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if "DPN Lab" in line]
    assert line.startswith("DPN Lab cannot start: ")
    assert words in line
    assert "Traceback" not in done.stderr
