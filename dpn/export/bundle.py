"""A run as one zip: weights, config, result, the lessons it comes from, and a model card."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from dpn.errors import RunError
from dpn.export.card import CARD, measured_here, model_card
from dpn.runs.chain import CHAIN, MAX_BYTES, lessons_of, to_json
from dpn.runs.history import thinned
from dpn.runs.run import CARRIED, TITLE, Run
from dpn.runs.title import MAX_BYTES as MAX_TITLE

#: In the comment of the archive: it tells a bundle from other zips.
BUNDLE = b"dpn bundle 1"
#: Bytes of all files of a bundle, unpacked, and of those that are read again and again: each page
#: reads the settings and the result of all runs that it offers.
MOST_BYTES = 256 * 2**20
MOST_OF = {
    "config.json": 2**20,
    "result.json": 16 * 2**20,
    "metrics.jsonl": 16 * 2**20,
    TITLE: MAX_TITLE,
    CHAIN: MAX_BYTES,
}


def to_bundle(run: Run, data_dir: Path, runs_dir: Path) -> bytes:
    """Return the zip; the same run gives the same bytes.

    Whose the run is stays here. Snapshots and what only a resumed training needs do, too, and of
    very many batches (``MOST_OF``) some.

    Args:
        run: it has weights.
        data_dir: where its test images may be, to measure its calibration.
        runs_dir: where the runs may be that it was taught from.

    Raises:
        RunError: a file of it is missing or damaged, or all are too large.
    """
    run.load_model()  # what leaves can be used
    chain = lessons_of(run, runs_dir)
    card = model_card(run, measured_here(run, data_dir), chain, "bundle")
    files = {name: _read(run, name) for name in CARRIED if (run.path / name).is_file()}
    files["config.json"] = _json(replace(run.config(), owner=None).to_dict())
    if chain:
        files[CHAIN] = _json(to_json(chain))
    files[CARD] = card.encode()
    result = run.result()
    if result:
        files["result.json"] = _json(result, indent=None)
    for name, most in MOST_OF.items():
        if len(files.get(name, b"")) > most:
            raise RunError(
                f"{name} of run {run.id!r} takes {len(files[name]) / 2**20:.0f} MB, a bundle holds "
                f"at most {most / 2**20:.0f} MB of it. Copy its folder instead."
            )
    size = sum(map(len, files.values()))
    if size > MOST_BYTES:
        raise RunError(
            f"Run {run.id!r} takes {size / 2**20:.0f} MB, a bundle at most "
            f"{MOST_BYTES / 2**20:.0f} MB. Copy its folder instead."
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        archive.comment = BUNDLE
    return out.getvalue()


def _read(run: Run, name: str) -> bytes:
    try:
        if name == "metrics.jsonl":
            return thinned(run.path / name, MOST_OF[name])
        return (run.path / name).read_bytes()
    except OSError as error:
        raise RunError(f"{name} of run {run.id!r} cannot be read ({error.strerror}).") from error


def _json(value: dict[str, Any], indent: int | None = 2) -> bytes:
    return (json.dumps(value, indent=indent, ensure_ascii=False) + "\n").encode()
