"""A bundle made a run again, here or elsewhere, without trusting it."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import shutil
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dpn.doubt.kept import read_doubt
from dpn.errors import DataError, DPNError, RunError
from dpn.explain.photos.kept import read_probes
from dpn.export.bundle import MOST_BYTES, MOST_OF
from dpn.files.archives import open_zip, unpacked
from dpn.language import percent
from dpn.models.config import ModelConfig
from dpn.names import shown
from dpn.runs.chain import CHAIN
from dpn.runs.config import RunConfig
from dpn.runs.files import write_bytes
from dpn.runs.result import answered, classes_of
from dpn.runs.run import CARRIED, Run
from dpn.runs.start import new_run_id

#: Files without which there is no model.
NEEDED = ("config.json", "weights.safetensors")
#: How names begin that systems add to what they pack.
HIDDEN = (".", "__MACOSX")
#: Bytes of a result: a table of the classes, with so many for each of its cells, and all else.
RESULT, CELL = 2**20, 8
#: How far the accuracy that is told may be from that of the table.
ROUNDED = 1e-3
#: How the name of a folder ends that is no run yet.
STAGED = ".bundle.partial"
#: Seconds after which what was staged, and never became a run, is of a process that was killed.
FORGOTTEN = 3600


def open_bundle(
    data: bytes,
    filename: str,
    runs_dir: Path,
    owner: str | None = None,
    check: Callable[[ModelConfig], None] = lambda _: None,
) -> Run:
    """Make a run of what ``to_bundle`` wrote; its id is new, and its weights are read once.

    All is unpacked and read beside the runs first, so that a bundle that is refused leaves nothing
    and touches nothing. Files that no run has are left in the archive.

    Args:
        data: the archive.
        filename: what the person calls it.
        runs_dir: where the run is to be; made if it is not there.
        owner: whose the run is to be; see ``RunConfig``.
        check: called with the model's settings before any weight is read; it may raise a DPNError.

    Raises:
        RunError: it is no bundle, damaged, too large, or the runs folder cannot be written.
    """
    called = shown(filename, "the bundle")
    _remove_forgotten(runs_dir)
    staged = runs_dir / f".{secrets.token_hex(6)}{STAGED}"
    try:
        files = _files(data)
        run = Run(staged / "bundle")
        run.path.mkdir(parents=True)
        for name, content in files.items():
            write_bytes(run.path / name, content)
        config = _checked(run, check)
        replace(config, owner=owner).write(run.path / "config.json")
        run.set_status("finished", step=0, total_steps=0)
        opened = Run(runs_dir / new_run_id(config.model, config.training))
        os.rename(run.path, opened.path)
        return opened
    except DPNError as error:
        why = str(error).replace(" of run 'bundle'", "").replace("Run 'bundle'", "It")
        why = why.replace("run 'bundle'", "it").replace("Train again.", "Export the model again.")
        raise RunError(f"{called} cannot be opened: {why}") from error
    except OSError as error:
        raise RunError(
            f"{called} cannot be opened: the runs folder {str(runs_dir)!r} cannot be written "
            f"({error.strerror}). Make room there, or set DPN_RUNS_DIR or --runs-dir to another."
        ) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def read_bundle(path: Path) -> bytes:
    """Return the bytes of a file that may be a bundle.

    Raises:
        RunError: it cannot be read, or is too large for one.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise RunError(f"FILE {str(path)!r} cannot be read ({error.strerror}).") from error
    if len(data) > MOST_BYTES:
        most = MOST_BYTES / 2**20
        raise RunError(f"FILE {str(path)!r} is larger than {most:.0f} MB, so it is no bundle.")
    return data


def _remove_forgotten(runs_dir: Path) -> None:
    for staged in runs_dir.glob(f".*{STAGED}"):
        with contextlib.suppress(OSError):
            if time.time() - staged.stat().st_mtime > FORGOTTEN:
                shutil.rmtree(staged, ignore_errors=True)


def _files(data: bytes) -> dict[str, bytes]:
    """Return the files of a run that are in the archive, by name."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise DataError('it is no zip. A bundle is what "Export" makes, ending in .zip.')
    files: dict[str, bytes] = {}
    try:
        with open_zip(io.BytesIO(data)) as archive:
            names = _places(archive)
            missing = [name for name in NEEDED if name not in names]
            if missing:
                raise DataError(
                    f"it holds no {missing[0]}, so it is no bundle. A bundle is what "
                    '"Export" makes; a lesson is loaded under "Your lesson".'
                )
            room = MOST_BYTES
            for name in (*CARRIED, CHAIN):
                if name in names:
                    most = min(room, MOST_OF.get(name, room))
                    files[name] = _member(archive, names[name], name, most)
                    room -= len(files[name])
    except DPNError:
        raise
    except Exception as error:  # on damaged input zipfile raises a dozen types
        why = shown(str(error), "unreadable")
        raise DataError(f"it is damaged ({why}). Export the model again.") from error
    return files


def _places(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of files -> where they are in the archive.

    They may be in a folder that is around all: browsers unpack what they save, and who packs that
    again packs its folder.
    """
    names = archive.namelist()
    around = {name.split("/")[0] for name in names if not name.startswith(HIDDEN)}
    folder = f"{around.pop()}/" if len(around) == 1 and NEEDED[0] not in names else ""
    return {name.removeprefix(folder): name for name in names if name.startswith(folder)}


def _member(archive: zipfile.ZipFile, place: str, name: str, most: int) -> bytes:
    try:
        return unpacked(archive, archive.getinfo(place), most)
    except DataError as error:
        said = str(error).removeprefix("it ")
        raise DataError(f"its {name} {said} Export the model again.") from error


def _checked(run: Run, check: Callable[[ModelConfig], None]) -> RunConfig:
    """Return the config of a run that is whole.

    Raises:
        DPNError: a file of it is damaged, or they do not fit together.
    """
    config = run.config()
    if config.model.world != "picture":
        raise DataError(
            f"its model reads another world than pictures, {config.model.world}, and no bundle has "
            "all that it needs. Copy the folder of its run instead."
        )
    check(config.model)
    _check_result(run, config.model.classes)
    read_doubt(run)
    read_probes(run)
    model = run.load_model()
    if not all(bool(weight.isfinite().all()) for weight in model.state_dict().values()):
        raise RunError("its weights hold numbers that are not finite. Train again.")
    return config


def _check_result(run: Run, classes: int) -> None:
    """Refuse a result that is not one of this model, or too large to be read again and again.

    Raises:
        RunError: it tells of other classes, of another accuracy than its own table, or too much.
    """
    file = run.path / "result.json"
    if file.exists() and file.stat().st_size > RESULT + CELL * classes**2:
        raise RunError("result.json is far larger than that of a training. Train again.")
    result = run.result()
    if not result:
        return
    if classes_of(result) != classes:
        raise RunError("result.json tells of other classes than config.json. Train again.")
    count, right = answered(result)
    if abs(result["test_accuracy"] - right / max(1, count)) > ROUNDED:
        raise RunError(
            f"result.json tells an accuracy of {percent(result['test_accuracy'])}, and its own "
            f"table {percent(right / max(1, count))}. Train again."
        )
