"""The verbs export and open: a model as a file, and a bundle as a run again."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from dpn import settings
from dpn.errors import RunError
from dpn.runs.files import write_bytes
from dpn.runs.folder import find_picture_run


def export(options: Namespace) -> None:
    """Write the run as one file; an older one of the same name is replaced whole."""
    from dpn.export.kinds import KINDS

    run = find_picture_run(options.run, settings.runs_dir(), "export")
    kind = KINDS[options.kind]
    data = kind.make(run, settings.data_dir(), settings.runs_dir())
    path = Path(options.out) / f"{run.id}{kind.suffix}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, data)
    except OSError as error:
        raise RunError(
            f"--out {options.out!r} cannot be written ({error.strerror}). Name a folder that can."
        ) from error
    answer = {"run": run.id, "as": options.kind, "file": str(path), "bytes": len(data)}
    print(json.dumps(answer) if options.json else f"{path}: {len(data) / 1e6:.1f} MB")


def open_(options: Namespace) -> None:
    """Make a run of a bundle."""
    from dpn.export.opening import open_bundle, read_bundle

    path = Path(options.file)
    run = open_bundle(read_bundle(path), path.name, settings.runs_dir())
    print(json.dumps({"run": run.id}) if options.json else run.id)
