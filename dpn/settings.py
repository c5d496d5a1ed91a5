"""What the environment can change: where data and runs live, and switches.

``DPN_DATA_DIR`` (default ``./data``) holds data sets, ``DPN_RUNS_DIR`` (default ``./runs``) holds
runs. They are read at each call, so a test or a command-line flag can change them at any time.
"""

from __future__ import annotations

import os
from pathlib import Path

from dpn.errors import ConfigError, said


def data_dir() -> Path:
    """Return the folder that holds data sets (it need not exist)."""
    return Path(os.environ.get("DPN_DATA_DIR") or "data")


def runs_dir() -> Path:
    """Return the folder that holds runs (it need not exist)."""
    return Path(os.environ.get("DPN_RUNS_DIR") or "runs")


def switch(variable: str) -> bool | None:
    """Return whether a variable of the environment is 1; None where it is not set.

    Raises:
        ConfigError: it is something else than 0 or 1.
    """
    text = os.environ.get(variable, "")
    if text not in ("", "0", "1"):
        raise ConfigError(f"{variable} must be 0 or 1, got {said(text)}")
    return text == "1" if text else None


def override(data_dir: str | None = None, runs_dir: str | None = None) -> None:
    """Let what was said on the command line win over the environment, for this process."""
    for name, value in (("DPN_DATA_DIR", data_dir), ("DPN_RUNS_DIR", runs_dir)):
        if value is not None:
            os.environ[name] = value
