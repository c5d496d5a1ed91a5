"""Small data, small models and waiting, shared by the tests."""

import asyncio
import contextlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

from dpn.data.loading import Dataset
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig

#: Where accuracy gates and benchmarks look for MNIST; it need not be there.
GATE_DATA = Path(os.environ.get("DPN_GATE_DATA") or Path(__file__).parents[2] / "shared" / "data")
NAMES = ("left", "middle", "right")
#: The least that a result.json holds.
RESULT = {
    "test_accuracy": 0.5,
    "test_loss": 0.7,
    "train_seconds": 2.0,
    "parameters": 123,
    "confusion": [[1, 0, 1], [0, 1, 0], [0, 1, 0]],
    "mistakes": [{"index": 1, "label": 0, "answer": 2, "probability": 0.9}],
}


def pictures(count, seed=0, side=8):
    """Noisy 8x8 pictures of a bar at the left, in the middle or at the right: (N, H, W), (N,)."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    images = rng.integers(0, 90, (count, side, side))
    for image, label in zip(images, labels, strict=True):
        start = (label * (side - 2)) // 2
        image[:, start : start + 2] += 120
    return images.astype(np.uint8), labels.astype(np.int64)


def small_dataset(train=60, val=12, test=15, name="small"):
    """A data set in memory that a model learns in a few steps."""
    parts = {}
    for seed, (part, count) in enumerate({"train": train, "val": val, "test": test}.items()):
        images, labels = pictures(count, seed)
        parts[f"x_{part}"] = torch.from_numpy(images)[:, None]
        parts[f"y_{part}"] = torch.from_numpy(labels)
    return Dataset(name, NAMES, "mnist", **parts)


def write_npz(folder, name="small", train=66, test=15):
    """The same pictures as a file in a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (x_train, y_train), (x_test, y_test) = pictures(train, 0), pictures(test, 2)
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    np.savez(folder / f"{name}.npz", class_names=np.array(NAMES), **arrays)


def write_texts(folder, name="small", count=48):
    """Short texts of three classes as a set in a data folder, some longer than others."""
    folder.mkdir(parents=True, exist_ok=True)
    words = {"left": "turn left here", "middle": "go straight ahead", "right": "right, please"}
    lines = [
        {"text": f"{words[label]}{' now' * (i % 4)}", "label": label}
        for i, label in zip(range(count), NAMES * count, strict=False)
    ]
    file = folder / f"{name}.texts.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def small_words(**changes):
    """A model of those texts, as small as the table of its pieces allows."""
    sizes = {"classes": 3, "states": 4, "decisions": 2, "embedding": 4, "length": 4}
    return ModelConfig(model="words", **{**sizes, **changes})


def write_series(folder, name="Small", train=30, test=9):
    """Series of three classes and two channels, of several lengths, as a pair of .ts files."""
    rng = np.random.default_rng(0)
    head = f"@timeStamps false\n@dimensions 2\n@classLabel true {' '.join(NAMES)}\n@data\n"
    for part, count in (("TEST", test), ("TRAIN", train)):
        lines = []
        for i in range(count):
            steps = 6 + i % 4
            way = np.linspace(-1, 1, steps) * (i % 3 - 1)
            channels = [way + 0.1 * rng.standard_normal(steps), rng.standard_normal(steps)]
            cells = [",".join(f"{value:.4f}" for value in channel) for channel in channels]
            lines.append(":".join([*cells, NAMES[i % 3]]) + "\n")
        path = folder / f"{name}_{part}.ts"
        path.write_text(head + "".join(lines), encoding="utf-8")
    return path


def small_frames(**changes):
    """A model of those series."""
    sizes = {"channels": 2, "classes": 3, "states": 4, "decisions": 2, "length": 7}
    return ModelConfig(model="frames", **{**sizes, "context": 1, "places": 2, **changes})


def small_model(model="dpn", **changes):
    """A model of a few hundred weights for those pictures."""
    sizes = {"height": 8, "width": 8, "classes": 3, "part_size": 2, "states": 4, "decisions": 2}
    encoder = {"encoder_channels": 2, "encoder_blocks": 1, "hidden": 8}
    return ModelConfig(model=model, **{**sizes, **encoder, **changes})


def short_training(**changes):
    """A training of a few small batches, on one thread of the CPU."""
    fixed = {"dataset": "small", "batch_size": 10, "device": "cpu", "threads": 1}
    settings = {**fixed, "steps": 6, "learning_rate": 0.02, **changes}
    if settings["dataset"] == "small":  # for its bars stand on noise, and drawings are of ink
        settings = {"preparation": "mnist", **settings}
    return TrainConfig(**settings)


def same_tensors(first, second):
    """Whether two dicts hold the same names and, bit for bit, the same tensors."""
    return first.keys() == second.keys() and all(
        value.numpy().tobytes() == second[name].numpy().tobytes() for name, value in first.items()
    )


def until(condition, seconds=60.0):
    """Ask again and again until the condition holds, and return what it then was."""
    deadline, pause = time.monotonic() + seconds, 0.002
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {condition}")
        time.sleep(pause)
        pause = min(1.5 * pause, 0.02)  # what is waited for needs the processor
    return answer


@contextlib.contextmanager
def threads_of_torch(count):
    """Compute with this many threads, then with as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def run_async(coroutine):
    """Run it to its end in a thread of its own: Playwright has a loop in the main one."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, coroutine).result()
