"""MLflow: one sqlite store for all runs, in the runs folder."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dpn.pictures.png import png
from dpn.tracking.tracker import Beginning, Ending, Row

EXPERIMENT = "dpn-lab"
#: Most metrics that MLflow takes at once.
BATCH = 1_000
#: The state of a run as MLflow calls it; what is not here was killed, as it says.
STATES = {"finished": "FINISHED", "failed": "FAILED"}


class MLflow:
    """Writes through ``MlflowClient``; the weights are an artifact."""

    rewinds = False

    def open(self, beginning: Beginning) -> None:
        """Make the store if there is none yet, which takes some seconds, and a run in it."""
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        os.environ.setdefault("DO_NOT_TRACK", "true")
        self._entities = importlib.import_module("mlflow.entities")
        tool: Any = importlib.import_module("mlflow.tracking")
        folder = beginning.run.parent.resolve() / "mlflow"
        folder.mkdir(exist_ok=True)
        self._client = tool.MlflowClient(tracking_uri=f"sqlite:///{folder / 'mlflow.db'}")
        kept = beginning.kept
        if "run" in kept:
            self._run = kept["run"]
            self._client.update_run(self._run, status="RUNNING")
            return
        run = self._client.create_run(self._experiment(folder), run_name=beginning.run.name)
        self._run = kept["run"] = run.info.run_id
        params = [
            self._entities.Param(name, str(value)) for name, value in beginning.settings.items()
        ]
        self._client.log_batch(self._run, params=params)

    def _experiment(self, folder: Path) -> str:
        tool: Any = importlib.import_module("mlflow.exceptions")
        found = self._client.get_experiment_by_name(EXPERIMENT)
        if found is None:
            try:
                place = (folder / "artifacts").as_uri()
                return str(self._client.create_experiment(EXPERIMENT, artifact_location=place))
            except tool.MlflowException:  # another training made it at the same moment
                found = self._client.get_experiment_by_name(EXPERIMENT)
        return str(found.experiment_id)

    def log(self, rows: Sequence[Row]) -> None:
        """Log metrics, as many at once as is accepted."""
        now = int(time.time() * 1000)
        metrics = [
            self._entities.Metric(name, value, now, step)
            for step, values in rows
            for name, value in values.items()
        ]
        for start in range(0, len(metrics), BATCH):
            self._client.log_batch(self._run, metrics=metrics[start : start + BATCH])

    def close(self, ending: Ending) -> None:
        """Log numbers, and pictures and weights as files."""
        self.log([(ending.step, ending.numbers)])
        with TemporaryDirectory() as folder:
            for name, picture in ending.pictures.items():
                path = Path(folder, f"{name.replace('/', '_')}.png")
                path.write_bytes(png(picture))
                self._client.log_artifact(self._run, str(path))
        if ending.weights is not None:
            self._client.log_artifact(self._run, str(ending.weights))
        self._client.set_terminated(self._run, status=STATES.get(ending.state, "KILLED"))
