#!/usr/bin/env bash
# `st.file_uploader(max_upload_size=...)`, documented to override `server.maxUploadSize`, does so in
# the browser alone: it says the larger limit and sends a file between the two whole, which the
# server refuses with status 413. The widget then shows the bare message of its HTTP client.
# Seen with streamlit 1.67.0 in Chromium 156, through playwright 1.65.2.
# What to do: set `server.maxUploadSize` to the largest limit of any uploader.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check streamlit==1.67.0 \
  playwright==1.65.2 || { echo "could not install the packages" >&2; exit 2; }
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
  "$work/venv/bin/playwright" install --with-deps chromium >/dev/null 2>&1 \
    || { echo "could not install Chromium" >&2; exit 2; }
fi
cd "$work"

cat >page.py <<'PY'
import streamlit as st

file = st.file_uploader("A file", max_upload_size=5)
st.text(f"read {file.size}" if file else "nothing read")
PY
cat >look.py <<'PY'
import socket
import subprocess
import sys
import time

import streamlit
from playwright.sync_api import expect, sync_playwright

SIZES = {"below both": 500_000, "between the two": 3_000_000}


with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
command = [sys.executable, "-m", "streamlit", "run", "page.py", "--server.headless", "true"]
command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
command += ["--server.maxUploadSize", "1", "--browser.gatherUsageStats", "false"]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
server = subprocess.Popen(command, **quiet)
found = {}
try:
    for _ in range(120):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.5)
    with sync_playwright() as playwright:
        path = sys.argv[1] or None
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        print("streamlit", streamlit.__version__, "· Chromium", browser.version)
        for words, size in SIZES.items():
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}")
            expect(page.get_by_text("nothing read")).to_be_visible(timeout=60_000)
            expect(page.get_by_text("5MB per file")).to_be_visible()
            sent = lambda one: "upload_file" in one.url and one.request.method == "PUT"
            with page.expect_response(sent, timeout=60_000) as answer:
                page.locator("input[type=file]").set_input_files(
                    {"name": "a.bin", "mimeType": "application/octet-stream", "buffer": b"x" * size}
                )
            found[words] = answer.value.status
        browser.close()
finally:
    server.terminate()
    server.wait()
print("  server.maxUploadSize 1, max_upload_size 5:", found)
if found != {"below both": 204, "between the two": 413}:
    sys.exit("No longer so: the widget's limit is the server's, too.")
PY
"$work/venv/bin/python" look.py "$browser"
