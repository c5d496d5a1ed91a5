"""The app as a service: what the server runs around the pages."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import streamlit as st
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dpn import settings
from dpn.errors import ConfigError, DPNError, said
from dpn.jobs.limits import read_limits
from dpn.jobs.questions import Question
from dpn.jobs.visitors import server_secret
from dpn.logs import set_up_log
from dpn.own.visits import remove_left_behind
from dpn.runs.folder import find_run
from dpn.runs.processes import usage
from dpn.ui import access
from dpn.ui.address.script import SCRIPT
from dpn.ui.inside.pointing import POINTING
from dpn.ui.server import event_loop
from dpn.ui.server.frontend import Frontend
from dpn.ui.server.middleware import Site, read_framers
from dpn.ui.server.page import Styled, parts_of
from dpn.ui.server.style import STYLE
from dpn.ui.shared import FIRST, LAST, is_public, jobs, model_server, visits, warm_up

#: Seconds that trainings get to save themselves when the server is told to end.
FAREWELL = 8.0
#: Seconds after which the process ends, whatever it still waits for.
LAST_MOMENT = 9.0
#: Seconds that a thread computes before another one may (Python's default is 5 ms). Among many
#: threads the event loop, which sends all answers, waits for each of its turns.
TURN = 0.0005
#: Seconds between two collections of garbage.
CLEAN_UP = 20.0
#: Environment: 0 keeps /metrics closed.
METRICS = "DPN_METRICS"


def service() -> dict[str, Any]:
    """Return the arguments of ``st.App``; end the process with one line if a setting is wrong."""
    set_up_log()
    sys.setswitchinterval(TURN)
    event_loop.relieve()
    st.secrets.load_if_toml_exists()  # Streamlit puts its names into the environment
    try:
        read_limits(public=is_public())
        settings.switch(METRICS)
        if os.environ.get("DPN_LOG", "") not in ("", "json"):
            raise ConfigError(f"DPN_LOG must be json or empty, got {said(os.environ['DPN_LOG'])}")
        if settings.switch("DPN_SIGN_IN") and not access.can_sign_in():
            raise ConfigError(
                "DPN_SIGN_IN is 1, and .streamlit/secrets.toml has no [auth] to sign in with: see "
                "docs/running.md, or set it to 0"
            )
        framers = read_framers()
        secret = server_secret(settings.runs_dir())
    except DPNError as error:
        sys.exit(f"DPN Lab cannot start: {error}")
    # Uploads stay in memory: what is larger than a megabyte would pass through a file.
    MultiPartParser.spool_max_size = st.get_option("server.maxUploadSize") * 2**20 + 2**20
    static = Path(st.__file__).with_name("static")
    page = (static / "index.html").read_bytes().decode()  # as it is served: with its ends of lines
    base = "/".join(["", *filter(None, [str(st.get_option("server.baseUrlPath")).strip("/")]), ""])
    return {
        "middleware": [
            Middleware(
                Site,
                secret=secret,
                page=f"{page}<script>{SCRIPT}{POINTING}</script>",
                canvas=_canvas_files(),
                framers=framers,
            ),
            Middleware(
                Styled,
                page=page,
                style=STYLE,
                script=SCRIPT + POINTING,
                early=parts_of(page, static / "static" / "js"),
            ),
            Middleware(Frontend, folder=static / "static", address=f"{base}static/"),
        ],
        "routes": [Route("/metrics", _metrics)],
        "lifespan": _lifespan,
    }


def _canvas_files() -> list[str]:
    """Return the addresses of the canvas' script and style; none if they are elsewhere.

    The browser would ask for them last, after half a second of other scripts, and until the style
    is there the canvas lies lower.
    """
    package = importlib.util.find_spec("streamlit_drawable_canvas")
    name = "streamlit-drawable-canvas.streamlit_drawable_canvas"
    return [
        f"/_stcore/bidi-components/{name}/{file.name}"
        for folder in (package.submodule_search_locations or [] if package else [])
        for kind in ("js", "css")
        for file in Path(folder).glob(f"frontend/build/index-*.{kind}")
    ]


@asynccontextmanager
async def _lifespan(app: Any) -> AsyncIterator[None]:  # noqa: ARG001 - Streamlit passes itself
    cleaning = asyncio.create_task(_clean_up())
    _listen_for_the_end()
    threading.Thread(target=_rehearse, name="rehearsal", daemon=True).start()
    threading.Thread(target=remove_left_behind, name="tidying", daemon=True).start()
    yield
    cleaning.cancel()
    await asyncio.to_thread(_close)


def _close() -> None:
    """Save all trainings, which read what visitors brought, and then remove that."""
    try:
        jobs().shut_down(FAREWELL)
    finally:
        visits().close()


def _rehearse() -> None:
    """Wake up, and ask Home's model once: its first answer takes a second that nobody waits for."""
    threading.Event.wait(warm_up())  # and not its own wait, which would hurry it
    with contextlib.suppress(DPNError):  # there is no such model: Home says so
        run = find_run(FIRST, settings.runs_dir())
        blank = np.zeros((1, *run.config().model.image_shape), np.uint8)
        model_server().explain(run, blank, Question())


def _listen_for_the_end() -> None:
    """Let a signal to end do what is to be done at once, and end the process soon in any case.

    Without this the server first waits, without a limit, for requests that are still open (a slow
    upload), and afterwards for threads that answer or teach; who sent the signal kills it before.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # another server's thread: signals are its own matter

    def end() -> None:
        started = time.monotonic()
        try:
            _close()
            time.sleep(max(0.0, LAST_MOMENT - (time.monotonic() - started)))
        finally:
            os._exit(0)

    def told(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=end, name="farewell", daemon=True).start()
        if callable(before[number]):
            before[number](number, frame)

    before: dict[int, Any] = {}
    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.signal(number, told)


async def _clean_up() -> None:
    """Collect garbage now and then, in place of after every run (``runner.postScriptGC``).

    What visitors leave behind holds on to open files (each script thread has an event loop) until
    it is collected. All that was imported is set aside first: to look through it takes a third of a
    second, in which nobody is answered.
    """
    is_set_aside = False
    while True:
        await asyncio.sleep(CLEAN_UP)
        gc.collect()
        if not is_set_aside and LAST in sys.modules:
            gc.freeze()
            is_set_aside = True


async def _metrics(request: Request) -> PlainTextResponse:  # noqa: ARG001 - Starlette's signature
    """Answer with figures for Prometheus."""
    if settings.switch(METRICS) is False:
        return PlainTextResponse("closed", status_code=404)
    states = [view.state for view in jobs().views()]
    lines = [f'dpn_trainings{{state="{s}"}} {states.count(s)}' for s in sorted(set(states))]
    lines += [f"dpn_{name} {value}" for name, value in usage().items()]
    with contextlib.suppress(OSError):  # the runs folder was taken away
        lines.append(f"dpn_disk_free_bytes {shutil.disk_usage(settings.runs_dir()).free}")
    return PlainTextResponse("\n".join(lines) + "\n")
