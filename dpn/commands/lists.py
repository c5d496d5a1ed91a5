"""The verbs datasets and runs: what there is; ``datasets add`` is in ``dpn.commands.add``."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import fields
from typing import Any

from dpn import settings
from dpn.data.catalogue import list_datasets, list_lists, list_mazes, list_series, list_texts
from dpn.errors import DPNError
from dpn.language import percent
from dpn.runs.folder import list_runs
from dpn.runs.run import Run
from dpn.runs.title import own_title, title_of


def datasets(options: Namespace) -> None:
    """List what can be trained on, or add to it."""
    from dpn.commands.add import add
    from dpn.commands.bars import remark

    if options.action == "add":
        add(options)
        return

    folder = settings.data_dir()
    of_others = [*list_texts(folder), *list_series(folder), *list_lists(folder), *list_mazes()]
    for info in [*list_datasets(folder), *of_others]:
        for note in info.notes:
            remark("datasets", f"{info.name}: {note}")
        if options.json:
            record = {field.name: getattr(info, field.name) for field in fields(info)}
            record["path"] = str(info.path) if info.path else None
            print(json.dumps(record))
        else:
            unknown = "?" if info.world == "picture" else info.world
            shape = "x".join(map(str, info.image_shape)) if info.image_shape else unknown
            print(f"{info.name:<15} {info.source:<9} {shape:<9} {info.problem or info.about}")


def runs(options: Namespace) -> None:
    """List the runs, newest first; a damaged one says so and hides no other."""
    for run in list_runs(settings.runs_dir()):
        record = _describe(run)
        if options.json:
            print(json.dumps(record))
        elif "error" in record:
            print(f"{run.id:<49} {record['error']}")
        else:
            accuracy = record["test_accuracy"]
            shown = percent(accuracy, 2) if accuracy is not None else record["state"]
            title = own_title(run)  # any other says what the columns say
            shown += f"  {title}" if title else ""
            print(f"{run.id:<49} {record['dataset']:<15} {record['model']:<9} {shown}")


def _describe(run: Run) -> dict[str, Any]:
    try:
        config, result = run.config(), run.result() or {}
        return {
            "run": run.id,
            "title": title_of(run),
            "dataset": config.training.dataset,
            "model": config.model.model,
            "test_accuracy": result.get("test_accuracy"),
            "origin": run.origin,
            "state": run.status()["state"],
            "created": config.created,
        }
    except DPNError as error:
        return {"run": run.id, "error": str(error), "origin": run.origin}
