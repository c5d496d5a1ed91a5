"""The app as a service: what the server runs around the pages."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dpn import settings
from dpn.errors import DPNError
from dpn.limits import read_limits
from dpn.logs import set_up_log
from dpn.processes import usage
from dpn.site import Site
from dpn.ui.shared import is_public, jobs
from dpn.visitors import server_secret

#: Seconds that trainings get to save themselves when the server is told to end.
FAREWELL = 8.0
#: Seconds between two collections of garbage.
CLEAN_UP = 20.0
#: Environment: 0 keeps /metrics closed.
METRICS = "DPN_METRICS"


def service() -> dict[str, Any]:
    """Return the arguments of ``st.App``; end the process with one line if a setting is wrong."""
    set_up_log()
    try:
        read_limits(public=is_public())
        secret = server_secret(settings.runs_dir())
    except DPNError as error:
        sys.exit(f"DPN Lab cannot start: {error}")
    page = Path(st.__file__).with_name("static") / "index.html"
    return {
        "middleware": [Middleware(Site, secret=secret, page=page.read_text(encoding="utf-8"))],
        "routes": [Route("/metrics", _metrics)],
        "lifespan": _lifespan,
    }


@asynccontextmanager
async def _lifespan(app: Any) -> AsyncIterator[None]:  # noqa: ARG001 - Streamlit passes itself
    cleaning = asyncio.create_task(_clean_up())
    yield
    cleaning.cancel()
    # Trainings save what they have; whoever sent SIGTERM waits about ten seconds.
    await asyncio.to_thread(jobs().shut_down, FAREWELL)


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
        if not is_set_aside and "dpn.serving" in sys.modules:  # what warm_up imports last
            gc.freeze()
            is_set_aside = True


async def _metrics(request: Request) -> PlainTextResponse:  # noqa: ARG001 - Starlette's signature
    """Answer with figures for Prometheus."""
    if os.environ.get(METRICS) == "0":
        return PlainTextResponse("closed", status_code=404)
    states = [view.state for view in jobs().views()]
    lines = [f'dpn_trainings{{state="{s}"}} {states.count(s)}' for s in sorted(set(states))]
    lines += [f"dpn_{name} {value}" for name, value in usage().items()]
    with contextlib.suppress(OSError):  # the runs folder was taken away
        lines.append(f"dpn_disk_free_bytes {shutil.disk_usage(settings.runs_dir()).free}")
    return PlainTextResponse("\n".join(lines) + "\n")
