"""Make the runs that are shipped with the project: ``make pretrained``.

Each is trained by this project's own code and kept whole but for what only a resume needs. The home
page's example is made from the first of them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from dpn import settings
from dpn.datasets import dataset_info
from dpn.errors import DPNError
from dpn.example import SHIPPED_EXAMPLE, make_example, save_example
from dpn.files import write_json
from dpn.loop import open_training, run_training
from dpn.presets import preset
from dpn.runs import SHIPPED, Run

#: name of the shipped run -> (data set, model, preset)
RECIPES = {"shipped-digits-dpn": ("digits", "dpn", "best")}


def make_shipped(name: str) -> Run:
    """Train one of the shipped runs again and put it in its place.

    Raises:
        DPNError: its data are not here.
    """
    dataset, model, preset_name = RECIPES[name]
    info = dataset_info(dataset, settings.data_dir())
    assert info.image_shape is not None
    assert info.classes is not None
    chosen = preset(dataset, info.image_shape, info.classes, model, preset_name)
    with tempfile.TemporaryDirectory() as folder:
        trainer, run = open_training(*chosen, settings.data_dir(), Path(folder), run_id=name)
        for record in run_training(trainer, run):
            print(f"\r{name}: step {record.step} of {trainer.total_steps}", end="", file=sys.stderr)
        print(file=sys.stderr)
        target = SHIPPED / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for kept in ("config.json", "weights.safetensors", "metrics.jsonl"):
            shutil.copy(run.path / kept, target / kept)
        command = f"python -m dpn train --dataset {dataset} --model {model} --preset {preset_name}"
        write_json(target / "result.json", {**(run.result() or {}), "command": command})
    return Run(target)


def main() -> int:
    """Make all of them; return 0, or 2 after one line on stderr."""
    try:
        for name in RECIPES:
            run = make_shipped(name)
            print(f"{name}: test accuracy {(run.result() or {})['test_accuracy']:.2%}")
        save_example(make_example(Run(SHIPPED / "shipped-digits-dpn")), SHIPPED_EXAMPLE)
    except DPNError as error:
        print(f"dpn.pretrained: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
