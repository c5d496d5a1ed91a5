"""The verb compare: two to six runs side by side, and whether they differ by more than luck."""

from __future__ import annotations

import itertools
import json
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from dpn import settings
from dpn.errors import ConfigError, DPNError
from dpn.evaluation.compare import (
    LETTERS,
    accuracy_with_error,
    mcnemar,
    mcnemar_words,
    standard_error,
)
from dpn.evaluation.scores import calibration
from dpn.language import percent
from dpn.names import row
from dpn.runs.config import RunConfig
from dpn.runs.differences import differences
from dpn.runs.facts import read_facts
from dpn.runs.folder import find_run
from dpn.runs.run import Run
from dpn.runs.title import title_of

if TYPE_CHECKING:
    from dpn.data.loading import Dataset
    from dpn.evaluation.evaluate import Evaluation

#: Runs that are compared at least.
FEWEST = 2
#: Worlds whose models give probabilities: of lists places are known, of maps what plans came to.
TELL_HOW_SURE = ("picture", "text", "series")


def compare(options: Namespace) -> None:
    """Print a table of the runs, and McNemar's test of each pair with the same test images.

    A run whose model or test images are not here is compared in all else, and says so.

    Raises:
        DPNError: there are too few or too many runs, or there is no run of such a name.
    """
    named = [find_run(name, settings.runs_dir()) for name in options.runs]
    runs = list({run.path.resolve(): run for run in named}.values())  # by an id or by its folder
    most = len(LETTERS)
    if not FEWEST <= len(runs) <= most:
        raise ConfigError(f"compare takes {FEWEST} to {most} different runs, got {len(runs)}")
    configs = [run.config() for run in runs]
    data: dict[str, Dataset | DPNError] = {}
    answers = [_answers(*each, data) for each in zip(runs, configs, strict=True)]
    letters = LETTERS[: len(runs)]
    records = [_record(*each) for each in zip(letters, runs, configs, answers, strict=True)]
    different, pairs = differences(configs), _pairs(letters, configs, answers)
    if options.json:
        print(json.dumps({"runs": records, "differences": different, "pairs": pairs}))
        return
    for record in records:
        print(f"{record['letter']}  {record['run']}  {record['title']}")
    print()
    for name, cells in {**_measures(records), **different}.items():
        print(row(name, *cells))
    print()
    for record in records:
        for problem in record["problems"]:
            print(f"{record['letter']}: {problem}")
    for pair in pairs:
        print(pair["words"])


def _answers(
    run: Run, config: RunConfig, data: dict[str, Dataset | DPNError]
) -> Evaluation | DPNError:
    """Return the model's answers on its test images, or why there are none."""
    from dpn.evaluation.evaluate import evaluate
    from dpn.training.opening import check_same_data, training_data

    name = config.training.dataset
    if config.model.world == "text":  # its words are those of what it was trained on
        name += f" {config.training.validation_fraction} {config.training.seed}"
    try:
        if name not in data:
            try:
                data[name] = training_data(config.training, settings.data_dir(), download=False)
            except DPNError as error:
                data[name] = error
        images = data[name]
        if isinstance(images, DPNError):
            return images
        check_same_data(run, config, images)
        return evaluate(run.load_model(), images.x_test, images.y_test)
    except DPNError as error:
        return error


def _record(
    letter: str, run: Run, config: RunConfig, answers: Evaluation | DPNError
) -> dict[str, Any]:
    from dpn.models.build import model_size

    facts = read_facts(run)
    parameters, multiply_adds = model_size(config.model)
    if isinstance(answers, DPNError):
        accuracy, images, error = facts.test_accuracy, facts.test_images, None
    else:
        accuracy, images = answers.accuracy, len(answers.labels)
        error = None
        if config.model.world in TELL_HOW_SURE:
            error = calibration(answers.probabilities, answers.labels).error
    spread = None if accuracy is None or not images else standard_error(accuracy, images)
    problems = [str(answers)] if isinstance(answers, DPNError) else []
    return {
        "letter": letter,
        "run": run.id,
        "title": title_of(run),
        "state": facts.state,
        "validation_accuracy": facts.validation_accuracy,
        "test_accuracy": accuracy,
        "standard_error": spread,
        "test_images": images,
        "calibration_error": error,
        "train_seconds": None if config.lesson else facts.seconds,  # a lesson's is no training's
        "parameters": parameters,
        "multiply_adds": multiply_adds,
        "problems": [*filter(None, [facts.problem]), *problems],
    }


def _measures(records: list[dict[str, Any]]) -> dict[str, list[str]]:
    def cells(name: str, form: str) -> list[str]:
        return ["–" if each[name] is None else format(each[name], form) for each in records]

    def shares(name: str) -> list[str]:
        return ["–" if each[name] is None else percent(each[name], 2) for each in records]

    tested = [
        accuracy_with_error(each["test_accuracy"], each["test_images"])
        if each["test_accuracy"] is not None
        else "–"
        for each in records
    ]
    return {
        "": [each["letter"] for each in records],
        "test accuracy": tested,
        "validation accuracy": shares("validation_accuracy"),
        "calibration error": shares("calibration_error"),
        "seconds of training": cells("train_seconds", ",.1f"),
        "parameters": cells("parameters", ",d"),
        "multiply-adds": cells("multiply_adds", ",d"),
    }


def _pairs(
    letters: str, configs: list[RunConfig], answers: list[Evaluation | DPNError]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for (a, b), (first, second), (one, two) in zip(
        itertools.combinations(letters, 2),
        itertools.combinations(configs, 2),
        itertools.combinations(answers, 2),
        strict=True,
    ):
        if isinstance(one, DPNError) or isinstance(two, DPNError):
            continue
        if first.training.dataset != second.training.dataset:
            words = f"{a} and {b} are of different data sets: their answers cannot be compared."
            found.append({"first": a, "second": b, "words": words})
            continue
        right = [each.probabilities.argmax(axis=1) == each.labels for each in (one, two)]
        test = mcnemar(*right)
        pair: dict[str, Any] = {
            "first": a,
            "second": b,
            "words": " ".join(mcnemar_words(a, b, test, first.model.world)),
        }
        found.append({**pair, "only_first": test.first, "only_second": test.second, "p": test.p})
    return found
