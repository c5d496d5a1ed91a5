"""The app in a process of its own, for browser tests and benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class App:
    """The app under test: its address, its folders, and its log."""

    url: str
    data: Path
    runs: Path
    log: Path
    pid: int


@contextmanager
def running_app(folder, start=("-m", "streamlit"), **more):
    """Start the app with its data, runs and log in ``folder``; end it afterwards.

    ``start`` is how Python finds Streamlit's command line; ``more`` is its environment on top.
    """
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    environment = {
        **os.environ,
        "DPN_DATA_DIR": str(folder / "data"),
        "DPN_RUNS_DIR": str(folder / "runs"),
        **more,
    }
    command = [sys.executable, *start, "run", "app.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    with open(log, "w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            url = f"http://localhost:{port}"
            _wait_until_healthy(url, process, log)
            yield App(url, folder / "data", folder / "runs", log, process.pid)
        finally:
            process.terminate()
            process.wait(15)


def _wait_until_healthy(url, process, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the app ended: {log.read_text()}"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"the app did not become healthy in 60 s: {log.read_text()}")
