"""How well strangers are told from a model's own classes, kind by kind.

Kinds drawn by rule (``kinds``), none of which doubt is taught, and digits of MNIST's validation
images and of other hands. "Refused": said to look like none of the classes. "Below 60%": what is
claimed, P(class) times known. AUROC: of known, between a kind and the digits of all four sets, each
counting the same. The pen of pendigits joins its strokes by lines that nobody drew.
"""

import sys

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score

from dpn import settings
from dpn.data.loading import load_dataset
from dpn.doubt.kept import read_doubt
from dpn.doubt.known import NONE_BELOW, Doubt, claims
from dpn.evaluation.evaluate import ask_whole
from dpn.models.base import Classifier
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import InputSpec, prepare
from dpn.runs.folder import find_run
from tests.benchmarks.learning import kinds
from tests.benchmarks.learning.foreign import drawn
from tests.helpers import GATE_DATA

#: Drawings of a kind, and digits of a set.
COUNT, DIGITS = 300, 1_500
MODELS = ("shipped-mnist-dpn", "shipped-mnist-residual")
Pair = tuple[np.ndarray, np.ndarray]


def digits(spec: InputSpec, mnist: Pair) -> dict[str, Pair]:
    """Return inputs (N, 1, 28, 28) and labels (N,) of digits by four sets of hands."""
    embedded = load_digits()
    drawings = {
        "pendigits": kinds.pen_digits(GATE_DATA / "pendigits_train.csv"),
        "optdigits": kinds.bitmap_digits(GATE_DATA / "optdigits-orig.windep.gz"),
        "embedded 8×8": zip(map(drawn, embedded.images), embedded.target, strict=True),
    }
    found = {"MNIST validation": (mnist[0][:, None], mnist[1])}
    for name, canvases in drawings.items():
        pairs = [pair for pair, _ in zip(canvases, range(DIGITS), strict=False)]
        inputs = np.stack([prepare(canvas, spec, "drawing").input for canvas, _ in pairs])
        found[name] = inputs, np.array([label for _, label in pairs])
    return found


def ask(model: Classifier, doubt: Doubt, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what may be claimed of each class (N, K), and how far each is known (N,)."""
    values, logits = ask_whole(model, torch.from_numpy(images))
    known = doubt.known(values.numpy(), logits.numpy(), images)
    return claims(torch.softmax(logits, dim=1).numpy(), known), known


def measure(names: tuple[str, ...] = MODELS) -> None:
    """Print, for each model, what is refused of digits and of each kind of strangers."""
    for name in names:
        run = find_run(name, settings.runs_dir())
        config, model, doubt = run.config(), run.load_model(), read_doubt(run)
        assert doubt, f"{name} has no doubt"
        spec = input_spec(config)
        data = load_dataset(
            "mnist",
            GATE_DATA,
            validation_fraction=config.training.validation_fraction,
            seed=config.training.seed,
            download=False,
        )
        mnist = data.x_val[:, 0].numpy(), data.y_val.numpy()
        print(f"\n{name}\n\n| digits | n | refused | refused of those answered rightly |")
        print("|---|---|---|---|")
        own = []
        for kind, (images, labels) in digits(spec, mnist).items():
            claimed, known = ask(model, doubt, images)
            right = claimed.argmax(axis=1) == labels
            own.append(known)
            refused = known < NONE_BELOW
            print(f"| {kind} | {len(known)} | {refused.mean():.1%} | {refused[right].mean():.1%} |")
        weights = np.concatenate([np.full(len(known), 1 / len(known)) for known in own])
        print("\n| strangers | refused | below 60% | AUROC |\n|---|---|---|---|")
        photos = np.load(GATE_DATA / "cifar10.npz")["x_train"][:2_000]
        rows = []
        for seed, (kind, draw) in enumerate(kinds.kinds(mnist, photos).items()):
            prepared = list(kinds.prepared(draw, COUNT, spec, 100 + seed))
            claimed, known = ask(model, doubt, np.stack([one.input for one in prepared]))
            truth = np.r_[np.ones(len(weights)), np.zeros(len(known))]
            area = roc_auc_score(
                truth,
                np.concatenate([*own, known]),
                sample_weight=np.r_[weights, np.full(len(known), 1 / len(known))],
            )
            rows.append(((known < NONE_BELOW).mean(), (claimed.max(axis=1) < 0.6).mean(), area))
            shares = f"{rows[-1][0]:.0%} | {rows[-1][1]:.0%} | {area:.3f}"
            print(f"| {kind} | {shares} |", flush=True)
        mean = np.mean(rows, axis=0)
        print(f"| mean of the {len(rows)} kinds | {mean[0]:.1%} | {mean[1]:.1%} | {mean[2]:.3f} |")


if __name__ == "__main__":
    measure(tuple(sys.argv[1:]) or MODELS)
