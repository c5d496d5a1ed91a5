"""Who wrote this, and is it still there? A process as JSON, recognised after it may have ended."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def this_process() -> dict[str, int | str | None]:
    """Return what ``is_alive`` recognises this process by."""
    return {"pid": os.getpid(), "started": _started(os.getpid()), "host": platform.node()}


def is_elsewhere(process: Mapping[str, Any]) -> bool:
    """Return whether it runs, or ran, on another machine, where ``is_alive`` cannot look."""
    return bool(process.get("host", platform.node()) != platform.node())


def is_alive(process: Mapping[str, Any]) -> bool:
    """Return whether the process that called ``this_process`` still exists on this machine."""
    pid = process.get("pid")
    if type(pid) is not int or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass  # it exists and belongs to someone else
    # Another process can have its number by now: after a container restarts, that is the rule.
    return process.get("started") == _started(pid)


def _started(pid: int) -> int | None:
    """Return when a process began, in clock ticks; None if it is over, or there is no /proc."""
    try:
        # Fields 3 and 22 of proc(5); the name in field 2 may hold spaces and brackets.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # One that is over keeps its number until its parent asks; some first processes of
        # containers never do.
        return None if fields[0] in "ZX" else int(fields[19])
    except (OSError, ValueError, IndexError):
        return None


def usage() -> dict[str, int]:
    """Return this process's memory (bytes), threads and open files, as far as the system tells."""
    found = {}
    try:
        status = Path("/proc/self/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        found["memory_bytes"] = int(fields["VmRSS"].split()[0]) * 1024
        found["threads"] = int(fields["Threads"])
        found["open_files"] = len(os.listdir("/proc/self/fd"))
    except (OSError, KeyError, ValueError):
        pass
    return found
