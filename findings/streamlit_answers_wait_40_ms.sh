#!/usr/bin/env bash
# A server of `st.App` sends on sockets without TCP_NODELAY, and on Linux an answer of two parts on a
# connection that is kept open then waits 40 ms for the client's delayed acknowledgement.
# Two libraries meet: Streamlit opens the listening socket itself with `socket.socket(family=...)`, so
# its protocol number is 0; asyncio sets TCP_NODELAY on accepted connections only if that number says
# TCP. uvicorn sends the head and the body of an answer apart. The same app on a socket that uvicorn
# opens has TCP_NODELAY. A page of sixty files on six connections loses some 0.4 s; messages on the
# websocket wait likewise.
# Seen with streamlit 1.67.0 and uvicorn 0.54.0, CPython 3.11 on Linux, through loopback.
# What to do: set TCP_NODELAY on each connection, for instance where uvicorn's protocol is told that
# it was made; or put a proxy before the server that does.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check streamlit==1.67.0 uvicorn==0.54.0 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >app.py <<'PY'
import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.routing import Route

if __name__ == "__main__":
    st.write("hello")
else:

    async def answer(request):
        return PlainTextResponse("x" * 20_000)

    app = st.App(__file__, routes=[Route("/answer", answer)])
PY

cat >look.py <<'PY'
import http.client
import socket
import statistics
import subprocess
import sys
import time

import streamlit
import uvicorn

print("streamlit", streamlit.__version__, "· uvicorn", uvicorn.__version__)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def median_ms(command, port):
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.5)
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        taken = []
        for _ in range(60):
            began = time.perf_counter()
            client.request("GET", "/answer")
            assert len(client.getresponse().read()) == 20_000
            taken.append(1000 * (time.perf_counter() - began))
        return statistics.median(taken[30:])  # the first ones are acknowledged at once
    finally:
        server.terminate()
        server.wait()


ports = free_port(), free_port()
own = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
own += ["--server.address", "127.0.0.1", "--server.port", str(ports[0])]
other = [sys.executable, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", str(ports[1])]
ours, theirs = median_ms(own, ports[0]), median_ms(other, ports[1])
print(f"  an answer of 20 kB, median of 30: `streamlit run` {ours:.1f} ms, `uvicorn` {theirs:.1f} ms")
if ours < 30 or theirs > 20:
    sys.exit("No longer so: both answer alike.")
PY
"$work/venv/bin/python" look.py
