"""How much of what is wrong under mild changes is the preparation, in ``predict --as auto``.

    python -m tests.benchmarks.answers.prepared [RUN ...] [--images 500]

The same changed test images are given to a model as they are, and as PNG files of their own size
that are read as ``predict`` reads any file.
"""

from __future__ import annotations

import argparse
import io
from collections import Counter

import numpy as np
import torch
from PIL import Image

from dpn import settings
from dpn.data.loading import load_dataset
from dpn.errors import ImageError
from dpn.evaluation.evaluate import predict_logits
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import prepare
from dpn.robustness import light
from dpn.robustness.changes import KINDS, changed
from dpn.runs.folder import find_run
from tests.benchmarks.record import note
from tests.helpers import GATE_DATA

RUNS = ("shipped-mnist-dpn", "shipped-mnist-residual")
#: Mild: the second of five strengths.
MILD, STRENGTH = ("gaussian_noise", "gaussian_blur", "contrast", "brightness", "shift", "turn"), 2
#: Marks that were once taken for ink, at the middle strength.
MARKS, MIDDLE = ("stripe", "zigzag"), 3
#: Grey levels of noise.
SIGMA = 45


def sets(images):
    """Yield (words, images uint8)."""
    yield "unchanged", images
    for name in MILD:
        yield f"{KINDS[name].words}, strength {STRENGTH}", changed(images, name, STRENGTH)
    for name in MARKS:
        yield f"{KINDS[name].words}, strength {MIDDLE}", changed(images, name, MIDDLE)
    noisy = light.gaussian_noise(images / 255, SIGMA / 255, torch.Generator().manual_seed(0))
    yield f"Noise, {SIGMA} grey levels", (noisy.clamp(0, 1) * 255).round().byte()


def as_file(image, spec):
    """Return what a model is given of an image (1, H, W) saved as PNG, and how it was read."""
    file = io.BytesIO()
    Image.fromarray(image[0].numpy()).save(file, "PNG")
    try:
        made = prepare(decode(file.getvalue(), "image.png"), spec, "auto")
    except ImageError:
        return np.zeros_like(image), "refused"
    return made.input, made.kind


def measure(name, count, data=GATE_DATA):
    """Print a row for each change."""
    run = find_run(name, settings.runs_dir())
    model, config = run.load_model(), run.config()
    dataset = load_dataset(config.training.dataset, data, download=False)
    images, labels = dataset.x_test[:count], dataset.y_test[:count]
    print(f"| {name}, n = {len(labels)} | as it is | as a file | mended | harmed | read as |")
    print("|---|---|---|---|---|---|")
    for words, made in sets(images):
        inputs, kinds = zip(*(as_file(x, input_spec(config)) for x in made), strict=True)
        plain, filed = (
            (predict_logits(model, x).argmax(1) == labels).numpy()
            for x in (made, torch.from_numpy(np.stack(inputs)))
        )
        filed &= np.array(kinds) != "refused"
        for how, right in (("as it is", plain), ("as a file", filed)):
            note(f"answers.prepared, {how}, {name}, {words}", right.mean(), "")
        read = ", ".join(f"{kind} {n / len(kinds):.0%}" for kind, n in Counter(kinds).most_common())
        cells = (plain.mean(), filed.mean(), (filed & ~plain).mean(), (plain & ~filed).mean())
        print(f"| {words} | {' | '.join(f'{cell:.1%}' for cell in cells)} | {read} |", flush=True)
    print()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.answers.prepared")
    parser.add_argument("runs", metavar="RUN", nargs="*", default=RUNS)
    parser.add_argument("--images", type=int, default=500)
    options = parser.parse_args()
    for asked in options.runs:
        measure(asked, options.images)
