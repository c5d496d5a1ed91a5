"""Runs that many tests want: of the same settings and data one is trained, others are copies."""

from dataclasses import replace
from datetime import datetime

from dpn.runs.run import Run

#: What was asked for -> what the run's files hold.
_MADE: dict = {}


def made_once(told, path, make):
    """Return the run at ``path``, as new as if it had just been trained.

    ``told`` is all that decides what comes of ``make``, which trains it there.
    """
    run = Run(path)
    if told not in _MADE:
        make()
        files = (file for file in path.rglob("*") if file.is_file())
        _MADE[told] = {file.relative_to(path): file.read_bytes() for file in files}
        return run
    for name, content in _MADE[told].items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    replace(run.config(), created=now).write(path / "config.json")
    return run
