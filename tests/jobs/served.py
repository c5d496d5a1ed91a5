"""Runs that are asked, and a server that answers; without trainings."""

import torch

from dpn.jobs.serving import ModelServer
from dpn.models.build import build_model
from dpn.runs.start import create_run
from tests.helpers import NAMES, pictures, short_training, small_model

IMAGES = pictures(9, seed=5)[0][:, None]


class NoJobs:
    """No training is under way, but those put into ``live``."""

    def __init__(self):
        self.live = {}

    def live_weights(self, run_id, timeout):
        return self.live.get(run_id)


class closing_server:  # noqa: N801 - used like a function, in a with statement
    def __init__(self, manager):
        self.server = ModelServer(manager)

    def __enter__(self):
        return self.server

    def __exit__(self, *error):
        self.server._executor.shutdown()


def saved_run(folder, name="dpn", seed=0, **changes):
    """A run that holds the weights of a seed, and that model."""
    config = small_model(name, **changes)
    run = create_run(folder, config, short_training(), NAMES, "mnist")
    model = build_model(config, seed).eval()
    save(run, model)
    return run, model


def save(run, model):
    run.save_checkpoint({f"model.{key}": value for key, value in model.state_dict().items()})


@torch.no_grad()
def answers_of(model, images=IMAGES):
    return torch.softmax(model(torch.tensor(images) / 255), dim=1).numpy()
