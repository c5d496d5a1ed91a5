"""Weights & Biases, and Trackio, which is called the same way."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Sequence

from dpn.tracking.tracker import Beginning, Ending, Row

PROJECT = "dpn-lab"


class Wandb:
    """Writes a run of "wandb" into the run's folder, or of "trackio" into one for all runs.

    W&B needs no account: it writes offline, unless ``WANDB_MODE`` says otherwise, and a resumed run
    has one more folder with the same id, which ``wandb sync`` joins.
    """

    rewinds = False

    def __init__(self, name: str) -> None:
        self._name = name

    def open(self, beginning: Beginning) -> None:
        """Begin a run, or go on with the one of this id."""
        run, common = beginning.run, {"project": PROJECT, "config": beginning.settings}
        if self._name == "trackio":
            os.environ["TRACKIO_DIR"] = str(run.parent.resolve() / "trackio")
            os.environ["HF_HUB_OFFLINE"] = "1"
            self._tool = importlib.import_module("trackio")
            hardware = {"auto_log_gpu": False, "auto_log_cpu": False}
            self._run = self._tool.init(
                name=run.name, resume="allow", embed=False, **hardware, **common
            )
            return
        for variable in ("DATA", "CACHE", "CONFIG", "ARTIFACT"):  # nothing in the home folder
            os.environ.setdefault(f"WANDB_{variable}_DIR", str(run.resolve() / "wandb"))
        os.environ.setdefault("WANDB_ERROR_REPORTING", "false")
        # Without it W&B writes into the system's temporary one.
        (run / "wandb").mkdir(exist_ok=True)
        self._tool = importlib.import_module("wandb")
        self._run = self._tool.init(
            id=re.sub(r"[^A-Za-z0-9_-]", "-", run.name)[-100:],
            name=run.name,
            dir=str(run),
            mode=os.environ.get("WANDB_MODE") or "offline",
            resume="allow" if beginning.again_from is not None else None,
            settings=self._tool.Settings(
                console="off",
                silent=True,
                save_code=False,
                disable_code=True,
                disable_git=True,
                disable_job_creation=True,
                x_disable_stats=True,
                x_disable_meta=True,
                x_save_requirements=False,
            ),
            **common,
        )

    def log(self, rows: Sequence[Row]) -> None:
        """Log each row at its step."""
        for step, values in rows:
            self._run.log(values, step=step)

    def close(self, ending: Ending) -> None:
        """Log numbers, pictures and weights, and finish."""
        pictures = {name: self._tool.Image(value) for name, value in ending.pictures.items()}
        if ending.numbers or pictures:
            self._run.log({**ending.numbers, **pictures}, step=ending.step)
        if ending.weights is not None:
            artifact = self._tool.Artifact("weights", type="model")
            artifact.add_file(str(ending.weights))
            self._run.log_artifact(artifact)
        if self._name == "trackio":
            self._run.finish()
        else:
            self._run.finish(exit_code=int(ending.state in ("failed", "interrupted")))
