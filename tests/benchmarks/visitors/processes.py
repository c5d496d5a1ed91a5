"""What a process of the app holds and uses, as Linux tells it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """The server's process at one moment: memory in MiB, threads and open files."""

    at: float
    memory: float
    threads: int
    files: int

    @classmethod
    def of(cls, pid: int) -> Process:
        """Look at it now."""
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        memory = int(status["VmRSS"].split()[0]) / 1024
        files = len(os.listdir(f"/proc/{pid}/fd"))
        return cls(time.monotonic(), memory, int(status["Threads"]), files)

    def words(self) -> str:
        """Say it for people."""
        return f"{self.memory:,.0f} MiB, {self.threads} threads, {self.files} open files"


def processor_seconds(pid: int) -> float:
    """Return the seconds that a process has computed for so far, its children left out."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of_all(pid: int) -> float:
    """Return the MiB (Pss) of a process and of all that it started, and they."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(folder.name)] = int(fields[1])
    family, new = {pid}, {pid}
    while new:
        new = {one for one, parent in parents.items() if parent in new} - family
        family |= new
    return sum(_pss(one) for one in family)


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
