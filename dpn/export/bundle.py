"""A run as one zip: weights, config, result, the lessons it comes from, and a model card."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from dpn.errors import DPNError, RunError
from dpn.evaluation.scores import Calibration, calibration
from dpn.export.card import CARD, model_card
from dpn.runs.chain import CHAIN, lessons_of, to_json
from dpn.runs.run import CARRIED, Run

#: In the comment of the archive: it tells a bundle from other zips.
BUNDLE = b"dpn bundle 1"
#: Bytes of all files of a bundle, unpacked.
MOST_BYTES = 256 * 2**20


def to_bundle(run: Run, data_dir: Path, runs_dir: Path) -> bytes:
    """Return the zip; the same run gives the same bytes.

    Whose the run is stays here. Snapshots and what only a resumed training needs do, too.

    Args:
        run: it has weights.
        data_dir: where its test images may be, to measure its calibration.
        runs_dir: where the runs may be that it was taught from.

    Raises:
        RunError: a file of it is missing or damaged, or all are too large.
    """
    run.load_model()  # what leaves can be used
    chain = lessons_of(run, runs_dir)
    card = model_card(run, _measured(run, data_dir), chain)
    files = {name: _read(run, name) for name in CARRIED if (run.path / name).is_file()}
    files["config.json"] = _json(replace(run.config(), owner=None).to_dict())
    if chain:
        files[CHAIN] = _json(to_json(chain))
    files[CARD] = card.encode()
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
        return (run.path / name).read_bytes()
    except OSError as error:
        raise RunError(f"{name} of run {run.id!r} cannot be read ({error.strerror}).") from error


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _measured(run: Run, data_dir: Path) -> Calibration | None:
    """Return how sure and how right the model is on its test images; None where they are not."""
    from dpn.evaluation.evaluate import evaluate
    from dpn.training.opening import check_same_data, training_data

    config = run.config()
    try:
        data = training_data(config.training, data_dir, download=False)
        check_same_data(run, config, data)
    except DPNError:
        return None
    test = evaluate(run.load_model(), data.x_test, data.y_test)
    return calibration(test.probabilities, test.labels)
