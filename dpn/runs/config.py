"""config.json of a run: what was trained on what, written once and read with suspicion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dpn.data.look import Look
from dpn.errors import DPNError, RunError, said
from dpn.models.config import ModelConfig
from dpn.models.train_config import PREPARATION_NAMES, TrainConfig
from dpn.names import MAX_NAME_LENGTH, is_class_name, tally
from dpn.runs.files import read_json, unchanged, write_json

FORMAT = 1


@dataclass(frozen=True)
class RunConfig:
    """What the file holds.

    Attributes:
        model: the architecture.
        training: the training.
        class_names: K names, in the order of the logits.
        preparation: how a drawing or photograph becomes an input; a key of
            ``dpn.pictures.prepare.PREPARATIONS``; "" of what is no picture.
        created: when, as ISO 8601 local time with offset.
        lesson: of a run that was taught from another one: "parent" (its id), "method", "rehearse",
            "images", "new_classes", and "accuracy_before" and "accuracy_after" on the test images
            (None where there were none). None for a run that was trained.
        owner: a hash of the visitor who made it, as ``dpn.jobs.visitors`` has it. None on one's own
            machine.
        notes: sentences about what was assumed to read the data set.
        look: how figures stand in the training images, where that was measured.
        labels: a digest of the data set's labels and test images, as ``dpn.training.opening`` makes
            it; "" of runs of an earlier version and of lessons.
    """

    model: ModelConfig
    training: TrainConfig
    class_names: tuple[str, ...]
    preparation: str
    created: str
    lesson: dict[str, Any] | None = None
    owner: str | None = None
    notes: tuple[str, ...] = ()
    look: Look | None = None
    labels: str = ""

    @classmethod
    def read(cls, path: Path) -> RunConfig:
        """Read the file of the run whose folder it is in.

        Raises:
            RunError: it is missing, damaged, or written by a newer version.
        """
        return unchanged(path, cls._read)

    @classmethod
    def _read(cls, path: Path) -> RunConfig:
        run = path.parent.name
        raw = read_json(path)
        if raw.get("format") != FORMAT:
            raise RunError(
                f"Run {run!r} has format {said(raw.get('format'))}, this version reads {FORMAT}. "
                "Update the app, or train again."
            )
        try:
            names, preparation = raw["data"]["class_names"], raw["data"]["preparation"]
            if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
                raise TypeError
            if not (all(map(is_class_name, names)) and len(set(names)) == len(names)):
                raise RunError(f"class names are 1 to {MAX_NAME_LENGTH} visible, all different")
            if not isinstance(raw["created"], str) or len(raw["created"]) > 64:
                raise TypeError
            owner = raw.get("owner")
            if not (owner is None or (isinstance(owner, str) and len(owner) <= 64)):
                raise TypeError
            notes = raw["data"].get("notes", [])
            if not (isinstance(notes, list) and all(isinstance(note, str) for note in notes)):
                raise TypeError
            labels = raw["data"].get("labels", "")
            if not (isinstance(labels, str) and len(labels) <= 64):
                raise TypeError
            model, look = ModelConfig.from_dict(raw["model"]), raw["data"].get("look")
            config = cls(
                model=model,
                training=TrainConfig.from_dict(raw["training"]),
                class_names=tuple(names),
                preparation=preparation,
                created=raw["created"],
                lesson=checked_lesson(raw.get("lesson")),
                owner=owner,
                notes=tuple(notes),
                look=None if look is None else Look.from_dict(look, model.channels),
                labels=labels,
            )
            if len(names) != config.model.classes:
                raise RunError(
                    f"{tally(len(names), 'class name')} for {config.model.classes} classes"
                )
            if preparation not in (PREPARATION_NAMES if model.world == "picture" else ("",)):
                raise RunError(f"preparation is {said(preparation)}")
        except (DPNError, KeyError, TypeError, AttributeError) as error:
            reason = error if isinstance(error, DPNError) else "an entry is missing or misplaced"
            raise RunError(
                f"{path.name} of run {run!r} is damaged: {reason}. Train again."
            ) from error
        return config

    def to_dict(self) -> dict[str, Any]:
        """Return it as the file holds it."""
        data: dict[str, Any] = {"class_names": list(self.class_names)}
        data |= {"preparation": self.preparation}
        data |= {"look": self.look.to_dict()} if self.look else {}
        data |= {"notes": list(self.notes)} if self.notes else {}
        data |= {"labels": self.labels} if self.labels else {}
        settings = {"model": self.model.to_dict(), "training": self.training.to_dict()}
        optional = {"lesson": self.lesson, "owner": self.owner}
        known = {name: value for name, value in optional.items() if value}
        return {"format": FORMAT, "created": self.created, **settings, "data": data, **known}

    def write(self, path: Path) -> None:
        """Replace the file in one step."""
        write_json(path, self.to_dict())


def checked_lesson(raw: Any) -> dict[str, Any] | None:
    """Check what is read of a lesson: a parent's id, a method, and how many classes are new.

    Raises:
        KeyError, TypeError: an entry is missing, or is not what it should be.
    """
    if raw is None:
        return None
    if not (isinstance(raw["parent"], str) and isinstance(raw["method"], str)):
        raise TypeError
    if Path(raw["parent"]).name != raw["parent"]:  # an id; no folder elsewhere is opened for it
        raise TypeError
    if type(raw["new_classes"]) is not int or not raw["new_classes"] >= 0:
        raise TypeError
    for name in ("accuracy_before", "accuracy_after"):
        if not (raw[name] is None or isinstance(raw[name], float)):
            raise TypeError
    return dict(raw)
