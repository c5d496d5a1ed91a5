"""The model card of a run: what it is, what it was trained on, how good it is, how to load it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dpn.data.known import title_of_set
from dpn.data.look import WORDS
from dpn.errors import DPNError, RunError
from dpn.evaluation.scores import Calibration, calibration, share_words
from dpn.language import CODE, percent, speaking
from dpn.names import listed, shown, tally
from dpn.runs.chain import Step
from dpn.runs.config import RunConfig
from dpn.runs.result import answered
from dpn.runs.run import Run
from dpn.runs.title import MODEL_WORDS, own_title

CARD = "MODEL_CARD.md"

#: Characters of a note on the data set.
LONGEST_NOTE = 400
#: How a file is loaded, by the kind of file that the card is in.
LOADING = {
    "bundle": """\
In the folder of the DPN Lab; or press *Open a bundle* on its Classify page. The weights are \
safetensors: nothing is unpickled.

```python
from pathlib import Path
from dpn.export.opening import open_bundle
run = open_bundle(Path("{name}.zip").read_bytes(), "{name}.zip", Path("runs"))
model = run.load_model()  # a torch module: images (B, {channels}, {height}, {width}), 0..1
print(run.config().class_names, model)
```""",
    "onnx": """\
```python
import numpy, onnxruntime
session = onnxruntime.InferenceSession("{name}.onnx")
pixels = numpy.zeros((1, {channels}, {height}, {width}), numpy.uint8)  # 0..255
logits, probabilities, contributions = session.run(None, {{"pixels": pixels}})
```

What the contributions are of, and what the classes are called, is in the metadata, too. The \
probabilities share 100% among the classes whatever the picture is: only the lab says when none \
fits.""",
}


@speaking(CODE)
def model_card(run: Run, measured: Calibration | None, chain: list[Step], kind: str) -> str:
    """Return the card as Markdown; names and notes show as they are.

    Args:
        run: the model.
        measured: what ``measured_here`` returns.
        chain: the lessons it comes from.
        kind: of file that the card is in; a key of ``LOADING``.

    Raises:
        RunError: its config or result cannot be read.
    """
    config = run.config()
    sections = {
        "What it is": _model(config, run),
        "Trained on": [*_data(config), *_training(config, run), *_lessons(chain, run)],
        "How good it is": _scores(run, measured),
        "How to load it": [_loading(run, config, kind)],
    }
    parts = [f"# {_plain(heading(run, config))}"]
    for title, lines in sections.items():
        parts.append(f"## {title}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def measured_here(run: Run, data_dir: Path) -> Calibration | None:
    """Return how sure and how right the model is on its test images; None where they are not.

    Raises:
        RunError: the run has no usable weights.
    """
    from dpn.evaluation.evaluate import evaluate
    from dpn.training.opening import check_same_data, training_data

    config = run.config()
    try:
        data = training_data(config.training, data_dir, download=False)
        check_same_data(run, config, data)
    except DPNError:
        return None
    test = evaluate(run.load_model(), data.x_test, data.y_test)
    return calibration(test.probabilities, test.labels)


@speaking(CODE)
def heading(run: Run, config: RunConfig) -> str:
    """Return what a model is called where nobody knows of other runs: "MNIST · DPN"."""
    return own_title(run) or f"{_data_title(config)} · {MODEL_WORDS[config.model.model]}"


def _data_title(config: RunConfig) -> str:
    return shown(title_of_set(config.training.dataset))


def _plain(text: str) -> str:
    """Return Markdown that shows a line of text as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|!&~$])", r"\\\1", text)


def _code(text: str) -> str:
    return f"`{shown(text).replace('`', '?')}`"


def _model(config: RunConfig, run: Run) -> list[str]:
    model = config.model
    lines = [f"- Run {_code(run.id)}, made {_plain(shown(config.created))} with the DPN Lab"]
    parameters = (run.result() or {}).get("parameters")
    size = f", {parameters:,} parameters" if parameters else ""
    if model.model == "mlp":
        lines.append(f"- Three linear layers with {tally(model.hidden, 'hidden unit')}{size}")
    else:
        on = "the map of a residual encoder" if model.model == "residual" else "the pixels"
        lines.append(
            f"- A recursion of maxima on {on}: {tally(model.states, 'state')}, "
            f"{tally(model.decisions, 'decision')}, {model.operator} maximum, {model.parts} of "
            f"{model.part_size}{size}"
        )
    shape = f"{model.height}×{model.width} pixels, {'colour' if model.channels == 3 else 'grey'}"
    lines.append(f"- Takes images of {shape}. {WORDS[config.preparation]}")
    lines.append(f"- Answers with one of {model.classes}: {_plain(listed(config.class_names, 40))}")
    return lines


def _data(config: RunConfig) -> list[str]:
    return [
        f"- Data: {_plain(_data_title(config))} ({_code(config.training.dataset)})",
        *(f"- {_plain(shown(note, '', LONGEST_NOTE))}" for note in config.notes),
    ]


def _training(config: RunConfig, run: Run) -> list[str]:
    training, result = config.training, run.result() or {}
    long = f"{training.epochs:g} epoch{'s' * (training.epochs != 1)}"
    if training.steps:
        long = tally(training.steps, "batch", "batches")
    lines = [
        f"- {long} with batches of {training.batch_size}, {training.optimizer} at "
        f"{training.learning_rate:g}, augmentation {training.augmentation}, "
        f"robust {training.robust}, seed {training.seed}"
    ]
    if result and not config.lesson:  # a lesson's time is not that of the training before it
        lines.append(f"- {_time(result)}")
    elif not config.lesson and (how_far := _HOW_FAR[_end(run)]):
        lines.append(f"- {how_far}")
    return lines


#: What is said of a training without a result, and why nothing is measured, by ``_end``.
_HOW_FAR = {
    "open": "Fewer than that so far: this training had not ended at the export.",
    "unknown": "Perhaps fewer than that: nothing here says whether its training ended.",
    "ended": "",
}
_NOT_MEASURED = {
    "open": "its training had not ended",
    "unknown": "nothing here says what it scored",
    "ended": "its training ended, and result.json, which says it, is not there",
}


def _end(run: Run) -> str:
    """Return how a training without a result stands, as its status.json says: a key of these."""
    try:
        status = run.status()
    except RunError:
        return "unknown"
    if status["state"] != "finished":
        return "open"
    return "ended" if status["total_steps"] else "unknown"  # opened from a bundle


def _time(result: Mapping[str, Any]) -> str:
    device = _plain(shown(str(result.get("device", "")), ""))
    return f"{result['train_seconds']:.0f} s" + (f" on {device}" if device else "")


def _lessons(chain: list[Step], run: Run) -> list[str]:
    lines = []
    for step in reversed(chain):  # the chain leads back
        held = step.lesson
        test = [held["accuracy_before"], held["accuracy_after"]]
        cost = (
            "" if None in test else f"; test images {percent(test[0], 2)} -> {percent(test[1], 2)}"
        )
        images = held.get("images", "some")
        pictures = "1 picture" if images == 1 else f"{_plain(shown(str(images)))} pictures"
        lines.append(
            f"- Then taught {pictures} ({_plain(shown(held['method']))}) from "
            f"{_plain(shown(step.taught_from))}{cost}"
        )
    if lines and (result := run.result()):
        which = "The last lesson" if len(lines) > 1 else "The lesson"
        lines.append(f"- {which} took {_time(result)}")
    return lines


def _scores(run: Run, measured: Calibration | None) -> list[str]:
    result = run.result()
    if not result:
        taught = run.config().lesson
        tested = "what it could be tested on was not there when it was made"
        why = tested if taught else _NOT_MEASURED[_end(run)]
        return [f"- Not measured: {why}."]
    count, _ = answered(result)
    lines = [
        f"- Accuracy on {count:,} test images: {share_words(result['test_accuracy'], count, 2)}",
        f"- Loss on them (cross-entropy, nats): {result['test_loss']:.4f}",
    ]
    if measured is None:
        lines.append(
            "- Calibration: not measured, what it was tested on was not there at the export."
        )
    else:
        lines.append(
            f"- Calibration: expected calibration error {percent(measured.error, 2)} on "
            f"{measured.counts.sum():,} test images (15 bins, Guo et al., 2017)"
        )
    return lines


def _loading(run: Run, config: RunConfig, kind: str) -> str:
    channels, height, width = config.model.image_shape
    return LOADING[kind].format(name=run.id, channels=channels, height=height, width=width)
