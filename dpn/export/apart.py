"""A file made in a process of its own: what takes seconds of Python would hold up everybody."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dpn.errors import RunError
from dpn.runs.run import Run

#: Seconds after which the process is ended.
MOST_SECONDS = 300
ROOT = Path(__file__).parents[2]


def make_apart(run: Run, kind: str, data_dir: Path, runs_dir: Path) -> bytes:
    """Return what ``python -m dpn export`` makes of a run.

    Raises:
        RunError: what it says in its last line, or that it took too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "dpn", "export", str(run.path.resolve()), "--as", kind]
        command += ["--out", folder, "--data-dir", str(data_dir.resolve())]
        command += ["--runs-dir", str(runs_dir.resolve())]
        try:
            ended = subprocess.run(
                command,
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                capture_output=True,
                text=True,
                timeout=MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RunError(
                f"The export took more than {MOST_SECONDS} s and was ended. Try it when less is "
                "under way, or with a smaller model."
            ) from error
        if ended.returncode:
            last = (ended.stderr.strip().splitlines() or [""])[-1]
            said = last.removeprefix("dpn export: ")
            if said == last:  # no sentence of ours: the process died
                said = "The export was ended, perhaps for want of memory. Try it again later."
            raise RunError(said)
        (file,) = Path(folder).iterdir()
        return file.read_bytes()
