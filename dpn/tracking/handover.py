"""The rows of a run handed over to one tracker, each once, and then how it ended."""

from __future__ import annotations

import contextlib
import json
import math
import time
from pathlib import Path
from typing import Any

from dpn.errors import DPNError
from dpn.items.examples import BANDS
from dpn.runs.files import read_json, write_bytes
from dpn.runs.history import Curves, History
from dpn.runs.processes import is_alive, this_process
from dpn.runs.result import confusion_of
from dpn.runs.run import ACTIVE, Run
from dpn.tracking.tracker import Beginning, Ending, Row, Tracker

#: Seconds between two looks at the metrics; rows that are handed over at once.
EVERY, MOST_ROWS = 0.5, 200
#: What is logged of a step, beside the images a second from the first step to it.
STEP_FIELDS = ("loss", "accuracy", "learning_rate")
#: What a result has beside single numbers.
NOT_NUMBERS = ("confusion", "mistakes", "seconds_to", "finished")


class Handover:
    """Hands a run's rows to one tracker, each once, and remembers how far it is."""

    def __init__(self, run: Run, data_dir: Path, notes: Path) -> None:
        self._run = run
        self._data_dir = data_dir
        self._notes = notes
        self._history = History(run.path / "metrics.jsonl")
        self._me = this_process()
        self._told: dict[str, Any] = {"step": 0, "validation": -1, "kept": {}}

    def open(self, tracker: Tracker, again_from: int | None) -> None:
        """Begin; a run that goes on is taken up where it was left."""
        with contextlib.suppress(DPNError):  # there are none, or not in one piece: all is new
            found = read_json(self._notes)
            while is_alive(found.get("process", {})):  # of before: it still writes its end
                time.sleep(EVERY)
                found = read_json(self._notes)
            self._told |= {key: found[key] for key in self._told if key in found}
        config = self._run.config()
        parts = {"model": config.model.to_dict(), "training": config.training.to_dict()}
        settings = {f"{part}.{key}": v for part in parts for key, v in parts[part].items()}
        if again_from is not None and tracker.rewinds:
            for kind in ("step", "validation"):
                self._told[kind] = min(self._told[kind], again_from)
        self._tracker = tracker
        self._tracker.open(Beginning(self._run.path, settings, again_from, self._told["kept"]))
        self._note()

    def follow(self) -> bool:
        """Hand over what is new, not too much at once; return whether there was some."""
        rows = rows_after(self._history.poll(), self._told["step"], self._told["validation"])
        if rows:
            self._tracker.log(rows)
            for kind, name in (("step", "train/loss"), ("validation", "validation/loss")):
                steps = [step for step, values in rows if name in values]
                self._told[kind] = max([self._told[kind], *steps])
            self._note()
        return bool(rows)

    def close(self) -> None:
        """Hand over the rest, and how it ended."""
        while self.follow():
            pass
        self._tracker.close(self._ending())

    def _ending(self) -> Ending:
        status, result = self._run.status(), self._run.result()
        state = status["state"] if status["state"] not in ACTIVE else "interrupted"
        if state != "finished" or result is None:
            return Ending(state, status["step"])
        numbers = {
            f"result/{name}": float(value)
            for name, value in result.items()
            if name not in NOT_NUMBERS and isinstance(value, int | float)
        }
        pictures = self._pictures(result)
        return Ending(state, status["step"], numbers, pictures, self._weights())

    def _weights(self) -> Path | None:
        path = self._run.path / "weights.safetensors"
        return path if path.exists() else None

    def _pictures(self, result: dict[str, Any]) -> dict[str, Any]:
        from dpn.data.loading import load_dataset
        from dpn.pictures.png import to_picture
        from dpn.tracking.pictures import confusion_picture, mistakes_picture

        config = self._run.config()
        names, mistakes = config.class_names, result["mistakes"]
        if config.model.world == "list":  # its matrix is of places, and its classes are items
            names = BANDS
        pictures = {"result/confusion": confusion_picture(confusion_of(result), names)}
        if mistakes and config.model.world == "picture":
            with contextlib.suppress(DPNError, IndexError):  # the data were moved meanwhile
                data = load_dataset(config.training.dataset, self._data_dir, download=False)
                images = [to_picture(data.x_test[m["index"]].numpy()) for m in mistakes]
                pairs = [(m["label"], m["answer"]) for m in mistakes]
                pictures["result/worst_mistakes"] = mistakes_picture(images, pairs, names)
        return pictures

    def give_up(self, sentence: str) -> None:
        """Note why it ended early, for the page."""
        self._told["stopped"] = sentence
        with contextlib.suppress(OSError):
            self._note()

    def _note(self) -> None:
        write_bytes(
            self._notes, json.dumps({**self._told, "process": self._me}).encode(), sync=False
        )


def rows_after(curves: Curves, step: int, validation: int, most: int = MOST_ROWS) -> list[Row]:
    """Return what was measured after these steps, one row a step, in order, and not all at once.

    They are the first ``most`` steps, and the validations up to the last of them.
    """
    rows: dict[int, dict[str, float]] = {}
    steps, start = curves.steps, int(curves.steps["step"].searchsorted(step, side="right"))
    end = min(start + most, len(steps["step"]))
    for i in range(start, end):
        rows[int(steps["step"][i])] = {
            **{f"train/{field}": float(steps[field][i]) for field in STEP_FIELDS},
            "train/images_per_second": float(steps["examples"][i] / max(steps["seconds"][i], 1e-9)),
        }
    last = steps["step"][end - 1] if end < len(steps["step"]) else math.inf
    seen = curves.validation
    for i in range(int(seen["step"].searchsorted(validation, side="right")), len(seen["step"])):
        if seen["step"][i] <= last:
            values = {
                f"validation/{field}": float(seen[field][i]) for field in ("loss", "accuracy")
            }
            rows.setdefault(int(seen["step"][i]), {}).update(values)
    return sorted(rows.items())
