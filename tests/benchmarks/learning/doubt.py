"""How well strangers are told from a model's own classes, kind by kind.

Kinds drawn by rule (``kinds``; those of ``fresh`` nothing was chosen by), and digits: MNIST's
validation images, the hands that the models are judged by, sets that they may have seen. Doubt is
taught nothing like the letters, shapes and photos; things like the other kinds it is taught, made
by another rule, and mirrored and turned digits as they are. "Refused": said to look like none of
the classes. "Below 60%": what is claimed, P(class) times known. AUROC: of known, between a kind
and the digits of all sets, each counting the same. The pen of pendigits joins its strokes by lines
that nobody drew.
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
from dpn.hands.unseen import JUDGE, unseen
from dpn.models.base import Classifier
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import InputSpec, prepare
from dpn.runs.folder import find_run
from tests.benchmarks.learning.drawn import kinds
from tests.benchmarks.learning.drawn.digits import bitmap_digits, pen_digits
from tests.benchmarks.learning.fresh import fresh
from tests.benchmarks.learning.hands import drawn
from tests.helpers import GATE_DATA

#: Drawings of a kind, and digits of a set.
COUNT, DIGITS = 200, 1_500
MODELS = ("shipped-mnist-dpn", "shipped-mnist-residual")
Pair = tuple[np.ndarray, np.ndarray]


def digits(spec: InputSpec, mnist: Pair) -> dict[str, Pair]:
    """Return inputs (N, 1, 28, 28) and labels (N,) of digits by four sets of hands."""
    embedded = load_digits()
    drawings = {
        "pendigits": pen_digits(GATE_DATA / "pendigits_train.csv"),
        "optdigits": bitmap_digits(GATE_DATA / "optdigits-orig.windep.gz"),
        "embedded 8×8": zip(map(drawn, embedded.images), embedded.target, strict=True),
    }
    found = {"MNIST validation": (mnist[0][:, None], mnist[1])}
    found |= {f"unseen {name}": pair for name, pair in unseen(GATE_DATA, JUDGE).items()}
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


def strangers(spec: InputSpec, mnist: Pair) -> dict[str, np.ndarray]:
    """Return inputs (COUNT, 1, 28, 28) of each kind that is no digit."""
    photos = np.load(GATE_DATA / "cifar10.npz")["x_train"][:2_000]
    found = {}
    for seed, (kind, draw) in enumerate(kinds.kinds(mnist, photos).items()):
        drawings = kinds.prepared(draw, COUNT, spec, seed)
        found[kind] = np.stack([one.input for one in drawings])
    return found


def unchosen(spec: InputSpec) -> dict[str, np.ndarray]:
    """Return inputs (COUNT, 1, 28, 28) of each kind that nothing was chosen by."""
    found = {}
    for seed, (kind, draw) in enumerate(fresh().items(), start=100):
        found[kind] = np.stack([one.input for one in kinds.prepared(draw, COUNT, spec, seed)])
    return found


def measure(names: tuple[str, ...] = MODELS) -> None:
    """Print, for models of MNIST, what is refused of digits and of each kind of strangers."""
    config = find_run(names[0], settings.runs_dir()).config()
    held_out = config.training.validation_fraction, config.training.seed
    data = load_dataset(
        "mnist", GATE_DATA, validation_fraction=held_out[0], seed=held_out[1], download=False
    )
    mnist = data.x_val[:, 0].numpy(), data.y_val.numpy()
    spec = input_spec(config)
    true, strange = digits(spec, mnist), strangers(spec, mnist)
    for name in names:
        run = find_run(name, settings.runs_dir())
        model, doubt = run.load_model(), read_doubt(run)
        assert doubt, f"{name} has no doubt"
        print(f"\n{name}\n\n| digits | n | refused | refused of those answered rightly |")
        print("|---|---|---|---|")
        own = []
        for kind, (images, labels) in true.items():
            claimed, known = ask(model, doubt, images)
            right = claimed.argmax(axis=1) == labels
            own.append(known)
            refused = known < NONE_BELOW
            print(f"| {kind} | {len(known)} | {refused.mean():.1%} | {refused[right].mean():.1%} |")
        for title, pictures in (("strangers", strange), ("not chosen by", unchosen(spec))):
            print(f"\n| {title} | refused | below 60% | AUROC |\n|---|---|---|---|")
            rows = [_row(kind, ask(model, doubt, images), own) for kind, images in pictures.items()]
            mean = np.mean(rows, axis=0)
            cells = f"{mean[0]:.1%} | {mean[1]:.1%} | {mean[2]:.3f}"
            print(f"| mean of the {len(rows)} kinds | {cells} |")


def _row(
    kind: str, asked: tuple[np.ndarray, np.ndarray], own: list[np.ndarray]
) -> tuple[float, float, float]:
    """Print and return what is refused of a kind, what is claimed little of, and the AUROC."""
    claimed, known = asked
    area = roc_auc_score(
        np.repeat([1, 0], [sum(map(len, own)), len(known)]),
        np.concatenate([*own, known]),
        sample_weight=np.concatenate([np.full(len(k), 1 / len(k)) for k in (*own, known)]),
    )
    refused, below = (known < NONE_BELOW).mean(), (claimed.max(axis=1) < 0.6).mean()
    print(f"| {kind} | {refused:.0%} | {below:.0%} | {area:.3f} |", flush=True)
    return refused, below, area


if __name__ == "__main__":
    measure(tuple(sys.argv[1:]) or MODELS)
