#!/usr/bin/env bash
# When `streamlit run` starts, it looks for packages that bring components, and says that it filters
# them first, to spare file operations. The filter itself asks each installed package for its
# metadata: the whole METADATA file, README included, is read and parsed as an e-mail, for all that
# are installed and at every start, before anybody is answered. What an environment holds besides
# Streamlit therefore makes its start slower, though none of it is ever imported.
# Seen with Streamlit 1.67.0; with 154 packages it was a quarter of a second of the start.
# What to do: keep the environment of an app to what it needs.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check streamlit==1.67.0 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >counting.py <<'PY'
import importlib.metadata

installed = len({one.metadata["Name"] for one in importlib.metadata.distributions()})
read, text = set(), importlib.metadata.PathDistribution.read_text


def noted(self, name):
    if name == "METADATA":
        read.add(str(self._path))
    return text(self, name)


importlib.metadata.PathDistribution.read_text = noted
PY

cat >look.py <<'PY'
import sys
import time

import streamlit
from counting import installed, read
from streamlit.components.v2 import manifest_scanner

print("streamlit", streamlit.__version__)
read.clear()
began = time.perf_counter()
found = manifest_scanner.scan_component_manifests()
spent = time.perf_counter() - began
print(f"  packages with components: {len(found)}")
print(f"  METADATA files read: {len(read)} of {installed}, {1000 * spent:.0f} ms")
if found or len(read) < installed:
    sys.exit("No longer so: not every package is read.")
PY

venv/bin/python look.py

# The same while a real server starts.
cat >app.py <<'PY'
import streamlit as st

st.write("here")
PY
cat >start.py <<'PY'
import os
import socket
import sys
import threading
import time
import urllib.request

from counting import installed, read
from streamlit.web.cli import main

with socket.socket() as probe:
    probe.bind(("localhost", 0))
    port = str(probe.getsockname()[1])


def ask():
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            break
    print(f"  a server that answers: {len(read)} of {installed} read", flush=True)
    os._exit(0 if len(read) >= installed else 1)


threading.Thread(target=ask, daemon=True).start()
sys.argv = ["streamlit", "run", "app.py", "--server.port", port, "--server.headless", "true"]
main()
PY
venv/bin/python start.py 2>/dev/null | grep "a server" \
  || { echo "No longer so: a server that starts does not read every package."; exit 1; }
echo "still so"
