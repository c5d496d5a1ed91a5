#!/usr/bin/env bash
# A Vega-Lite chart in Streamlit is built anew in the browser whenever its text alternative changes,
# though its data alone did; with the same `alt` the view stays and only its data are replaced.
# The `alt` is put into the specification as its description, and a view lives as long as its
# specification. So a chart that tells its newest numbers to those who do not see it, as is good
# practice, is taken apart and put together at each rerun: of a curve that is watched, each second.
# Seen with streamlit 1.67.0 in Chromium 156, through playwright 1.65.2.
# What to do: say in `alt` what the chart shows, and let each mark say its own row with the encoding
# channel "description".
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

cat >app.py <<'PY'
import streamlit as st

turn = st.session_state.get("turn", 0)
if st.button("Next"):
    turn += 1
st.session_state["turn"] = turn
bars = [{"name": "a", "height": turn + 1}, {"name": "b", "height": 20}]
spec = {"mark": "bar", "encoding": {"x": {"field": "name"}, "y": {"field": "height", "type": "quantitative"}}}
st.vega_lite_chart(bars, spec, key="same", alt="Two bars")
st.vega_lite_chart(bars, spec, key="told", alt=f"Two bars: a {turn + 1}, b 20")
st.text(f"turn {turn}")
PY

cat >look.py <<'PY'
import socket
import subprocess
import sys
import time

import streamlit
from playwright.sync_api import expect, sync_playwright

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
server = subprocess.Popen([*command, "--browser.gatherUsageStats", "false"], **quiet)
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
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}")
        charts = page.get_by_test_id("stVegaLiteChart").locator("svg")
        expect(charts).to_have_count(2, timeout=60_000)
        page.wait_for_timeout(2_000)
        built = [0, 0]
        for turn in range(1, 6):
            charts.evaluate_all("all => all.forEach(one => { one.dataset.old = 'yes'; })")
            page.get_by_role("button", name="Next").click()
            expect(page.get_by_text(f"turn {turn}")).to_be_visible()
            page.wait_for_timeout(2_000)
            old = charts.evaluate_all("all => all.map(one => one.dataset.old === 'yes')")
            built = [count + (not kept) for count, kept in zip(built, old)]
        browser.close()
finally:
    server.terminate()
    server.wait()
print(f"  built anew in 5 reruns: with the same alt {built[0]}, with the numbers in it {built[1]}")
if built != [0, 5]:
    sys.exit("No longer so.")
PY
"$work/venv/bin/python" look.py "$browser"
