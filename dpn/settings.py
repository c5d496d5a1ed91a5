"""Where data and runs live: two settings that the environment can change.

``DPN_DATA_DIR`` (default ``./data``) holds data sets, ``DPN_RUNS_DIR`` (default ``./runs``) holds
runs. They are read at each call, so a test or a command-line flag can change them at any time.
"""

from __future__ import annotations

import os
from pathlib import Path


def data_dir() -> Path:
    """Return the folder that holds data sets (it need not exist)."""
    return Path(os.environ.get("DPN_DATA_DIR") or "data")


def runs_dir() -> Path:
    """Return the folder that holds runs (it need not exist)."""
    return Path(os.environ.get("DPN_RUNS_DIR") or "runs")


def override(data_dir: str | None = None, runs_dir: str | None = None) -> None:
    """Let what was said on the command line win over the environment, for this process."""
    for name, value in (("DPN_DATA_DIR", data_dir), ("DPN_RUNS_DIR", runs_dir)):
        if value is not None:
            os.environ[name] = value
