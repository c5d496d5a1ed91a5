"""The verb ``teach``: a folder of drawings, one sub-folder for each class, becomes a lesson."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

import numpy as np

from dpn import settings
from dpn.errors import DataError, ImageError
from dpn.pictures.files import read_images
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_run


def teach(options: Namespace) -> None:
    """Teach a copy of the run and keep it as a new run."""
    from tqdm import tqdm

    from dpn.models.devices import cpu_count, set_threads
    from dpn.teaching.lesson import hold_lesson, keep_lesson

    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    images, names = _read(Path(options.folder), config)
    for name in dict.fromkeys(names):
        if name not in config.class_names:
            print(f"new class: {name}", file=sys.stderr)
    set_threads(cpu_count())
    with tqdm(total=None, unit="step", desc="teach") as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        taught = hold_lesson(
            run,
            images,
            names,
            settings.data_dir(),
            method=options.method,
            rehearse=options.rehearse,
            progress=show,
        )
    kept = keep_lesson(taught, settings.runs_dir())
    lesson = taught.config.lesson or {}
    answer = {
        "run": kept.id,
        "parent": run.id,
        "method": options.method,
        "images": len(images),
        "accuracy_before": lesson["accuracy_before"],
        "accuracy_after": lesson["accuracy_after"],
        "seconds": round(taught.seconds, 3),
        "changed_parameters": taught.changed_parameters,
    }
    if options.json:
        print(json.dumps(answer))
        return
    before, after = answer["accuracy_before"], answer["accuracy_after"]
    test = "test data not here" if before is None else f"test accuracy {before:.2%} -> {after:.2%}"
    print(
        f"{kept.id}: {len(images)} images taught in {taught.seconds:.1f} s, {test}, "
        f"{taught.changed_parameters:,} numbers changed"
    )


def _read(folder: Path, config: RunConfig) -> tuple[np.ndarray, list[str]]:
    """Return the images (N, C, H, W) in the sub-folders, and the sub-folder's name of each.

    Raises:
        DataError: the folder holds no images, or one that cannot be used.
    """
    labels = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    images, names = [], []
    for label in labels:
        for chunk in read_images([str(label)], config, "drawing"):
            for path, item in chunk:
                if isinstance(item, ImageError):
                    what = str(item).rstrip(".")
                    raise DataError(f"{path}: {what}. Mend it or take it out of the lesson.")
                images.append(item)
                names.append(label.name)
    if not images:
        raise DataError(
            f"FOLDER {str(folder)!r} holds no lesson. Accepted: a folder with one sub-folder of "
            "images for each class, named as the class, such as lesson/7/one.png."
        )
    return np.stack(images), names
