"""What is fitted to the weights that a run ships: its doubt, and what names squares of photos."""

from __future__ import annotations

from dataclasses import replace

import torch

from dpn import settings
from dpn.commands.shipping.probing import OF_PHOTOS, fit_probes
from dpn.commands.shipping.recipes import WITH_HANDS
from dpn.data.loading import Dataset
from dpn.doubt.fit import THOROUGH
from dpn.doubt.kept import save_doubt
from dpn.explain.photos.kept import save_probes
from dpn.hands.mixture import forms, with_hands
from dpn.hands.unseen import CHOOSE, together, unseen
from dpn.runs.folder import find_run
from dpn.runs.run import SHIPPED, Run
from dpn.training.doubting import doubt_of
from dpn.training.opening import training_data


def add_doubt(run: Run, dataset: Dataset) -> None:
    """Fit doubt to the weights that a run ships, with more care than after every training.

    Doubt of a model that knows more hands than MNIST's knows leaning pens and the coarsest forms,
    too, and is asked about hands that are not learned from before it doubts. The images are the
    same for each such model, however often it has learned from MNIST's own.
    """
    if run.id in WITH_HANDS:
        data_dir = settings.data_dir()
        dataset = with_hands(dataset, data_dir, leaners=True)
        known, labels = map(torch.from_numpy, forms(data_dir))
        asked = torch.from_numpy(together(unseen(data_dir, CHOOSE))[0])
        dataset = replace(
            dataset,
            x_train=torch.cat([dataset.x_train, known]),
            y_train=torch.cat([dataset.y_train, labels]),
            x_val=torch.cat([dataset.x_val, asked]),
        )
    doubt = doubt_of(run.load_model(), dataset, run.config().training.seed, THOROUGH)
    if doubt:
        save_doubt(run, doubt)


def doubt_again(name: str) -> Run:
    """Fit doubt to the weights of a shipped run as they are.

    Raises:
        DPNError: there is none of this name, or its data are not here.
    """
    run = find_run(name, SHIPPED)
    if run.config().model.world != "picture":  # there is nothing to tell from pictures
        return run
    add_doubt(run, training_data(run.config().training, settings.data_dir()))
    return run


def seen_again(name: str) -> Run:
    """Fit what names the squares of photos to the weights of a shipped run, if it is of such.

    Raises:
        DPNError: there is none of this name, or its data are not here.
    """
    run = find_run(name, SHIPPED)
    if name == OF_PHOTOS:
        probes, judged = fit_probes(run, settings.data_dir())
        save_probes(run, probes)
        print(f"{name}: {judged}")
    return run
