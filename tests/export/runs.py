"""Small runs that leave: trained, taught, or only made."""

from dataclasses import replace

import torch

from dpn.models.build import build_model
from dpn.runs.start import create_run
from tests.helpers import NAMES, RESULT, short_training, small_model

LESSON = {
    "parent": "parent",
    "method": "full",
    "rehearse": "none",
    "images": 3,
    "new_classes": 0,
    "accuracy_before": 0.9,
    "accuracy_after": 0.8,
}


def made_run(runs, run_id="there", model=None, preparation="mnist", lesson=None, **more):
    """A finished run with weights that nobody trained, away from where they began."""
    model = model or small_model()
    names = NAMES if model.classes == len(NAMES) else tuple(map(str, range(model.classes)))
    run = create_run(
        runs, model, short_training(), names, preparation, run_id, lesson=lesson, **more
    )
    network = build_model(model, seed=1)
    generator = torch.Generator().manual_seed(2)
    weights = {
        name: value.abs() + 0.5
        if "running_var" in name or "running_square" in name
        else value + 0.2 * torch.randn(value.shape, generator=generator)
        if value.is_floating_point() and name not in ("mean", "std")
        else value
        for name, value in network.state_dict().items()
    }
    weights["mean"], weights["std"] = weights["mean"] + 0.1, weights["std"] * 0.3
    run.save_weights(weights)
    run.set_status("finished", step=6, total_steps=6)
    if model.classes == len(NAMES):
        run.set_result({**RESULT})
    return run


def taught_run(runs, run_id="taught", parent="parent", **changes):
    """A run that was taught from another one."""
    return made_run(runs, run_id, lesson={**LESSON, "parent": parent, **changes})


def rewritten(run, **changes):
    """The same run with another config."""
    replace(run.config(), **changes).write(run.path / "config.json")
    return run
