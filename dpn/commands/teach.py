"""The verb ``teach``: a folder of drawings, one sub-folder a class, or texts become a lesson."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from dpn import settings
from dpn.commands.bars import remark
from dpn.commands.worlds.pixels import is_of_pixels
from dpn.commands.worlds.pixels import read_lesson as read_pixels
from dpn.commands.worlds.series import read_series_lesson
from dpn.commands.worlds.texts import read_lesson
from dpn.errors import DataError, ImageError, RunError
from dpn.evaluation.counted import counted
from dpn.language import percent
from dpn.names import is_class_name
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec, pictures_in, read_images
from dpn.pictures.folders import classes_of, left_out, no_class
from dpn.pictures.prepare import prepare
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_run
from dpn.runs.run import Run


def teach(options: Namespace) -> None:
    """Teach a copy of the run and keep it as a new run."""
    from tqdm import tqdm

    from dpn.models.devices import set_threads, thread_count
    from dpn.teaching.lesson import check_how, hold_lesson, keep_lesson

    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    readers = {"picture": _read, "text": read_lesson, "series": read_series_lesson}
    if (world := config.model.world) not in readers:
        raise RunError(
            f"teach takes runs that read pictures, texts or series, and run {run.id!r} reads "
            f"another world: {world}. Train again, with what is yours among the training data."
        )
    check_how(options.method, options.rehearse)
    read = readers[world]
    images, names = read(Path(options.folder), run)
    for name in dict.fromkeys(names):
        if name not in config.class_names:
            print(f"new class: {name}", file=sys.stderr)
    set_threads(thread_count())
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
    test = "test data not here"
    if before is not None:
        test = f"test accuracy {percent(before, 2)} -> {percent(after, 2)}"
    print(
        f"{kept.id}: {counted(len(images), world)} taught in {taught.seconds:.1f} s, {test}, "
        f"{taught.changed_parameters:,} numbers changed"
    )


def _read(folder: Path, run: Run) -> tuple[np.ndarray, list[str]]:
    """Return the images (N, C, H, W) of the classes' folders, and the class of each.

    Raises:
        DataError: the folder holds no image that can be used.
    """
    config = run.config()
    if is_of_pixels(str(folder)):
        return read_pixels(folder, config, partial(remark, "teach"))
    if folder.suffix.lower() == ".zip" and folder.is_file():
        return _read_zip(folder, config)
    found, notes = pictures_in(folder) if folder.is_dir() else ([], [])
    classes, assumed = classes_of(found)
    lessons, problems = [], []
    for parts, name in sorted(zip(found, classes, strict=True), key=lambda one: one[1] or ""):
        path = folder.joinpath(*parts)
        if name is not None and is_class_name(name):
            lessons.append((path, name))
        else:
            problems.append(f"{path}: {no_class()}")
    images, names = [], []
    chunks = read_images([str(path) for path, _ in lessons], config, "auto")
    for (path, item), (_, name) in zip(chain.from_iterable(chunks), lessons, strict=True):
        if isinstance(item, ImageError):
            problems.append(f"{path}: {item}")
        else:
            images.append(item.input)
            names.append(name)
    for note in (*notes, *assumed, *left_out(problems, len(found))):
        remark("teach", note)
    if not images:
        raise DataError(
            f"FOLDER {str(folder)!r} holds no lesson. Accepted: a folder with one sub-folder of "
            "images for each class, named as the class, such as lesson/7/one.png, or a zip of it; "
            "or a CSV or npz of pixels and labels."
        )
    return np.stack(images), names


def _read_zip(file: Path, config: RunConfig) -> tuple[np.ndarray, list[str]]:
    """Return the pictures of a lesson that a page saved as a zip, or of one like it, as ``_read``.

    Raises:
        DataError: it is no such zip, or holds no picture on which something is to be seen.
    """
    from dpn.commands.bars import remark
    from dpn.teaching.lesson_files import read_lesson as read_pictures

    try:
        pictures = read_pictures(file.read_bytes(), file.name)
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}).") from error
    images, names, problems = [], [], []
    for picture in pictures:
        try:
            rgba = decode(picture.file, picture.called)
            images.append(prepare(rgba, input_spec(config), "auto").input)
            names.append(picture.name)
        except ImageError as error:
            problems.append(f"{picture.called}: {error}")
    for note in (*pictures.notes, *left_out(problems, len(pictures))):
        remark("teach", note)
    if not images:
        raise DataError(f"{file.name} holds no picture on which something is to be seen.")
    return np.stack(images), names
