"""The verbs evaluate and robustness: a run on its test images, as they are and changed."""

from __future__ import annotations

import dataclasses
import json
from argparse import Namespace
from typing import TYPE_CHECKING

from dpn import settings
from dpn.commands.worlds.lists import evaluate_lists
from dpn.commands.worlds.mazes import evaluate_plans
from dpn.commands.worlds.options import READ
from dpn.errors import ConfigError, said
from dpn.evaluation.counted import counted
from dpn.language import percent
from dpn.names import shown, tally
from dpn.runs.folder import find_run
from dpn.sampling.spread import spread

if TYPE_CHECKING:
    from dpn.robustness.under_attack import UnderAttack

#: Maps of a kind that are made, and images that are attacked, where nobody says how many.
MAPS = ATTACKED = 200


def evaluate(options: Namespace) -> None:
    """Score the run on the test images of its data set."""
    from dpn.evaluation.evaluate import evaluate as score
    from dpn.training.opening import check_same_data, training_data

    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    if config.model.world == "maze":
        maps = MAPS if options.maps is None else options.maps
        evaluate_plans(run, options.kind, options.side, maps, as_json=options.json)
        return
    if any(given is not None for given in (options.kind, options.side, options.maps)):
        raise ConfigError(
            f"--kind, --side and --maps are of maps, and run {run.id!r} reads "
            f"{READ[config.model.world][0]}: leave them out"
        )
    model = run.load_model()
    dataset = training_data(config.training, settings.data_dir())
    check_same_data(run, config, dataset)
    scores = score(model, dataset.x_test, dataset.y_test)
    if scores.places is not None:
        evaluate_lists(run, config, dataset, scores, as_json=options.json)
        return
    answer = {
        "run": run.id,
        "dataset": config.training.dataset,
        "model": config.model.model,
        "images": len(scores.labels),
        "test_accuracy": scores.accuracy,
        "test_loss": scores.loss,
    }
    if options.json:
        print(json.dumps(answer))
    else:
        print(
            f"{run.id}: test accuracy {percent(scores.accuracy, 2)}, loss {scores.loss:.4f} "
            f"on {counted(len(scores.labels), config.model.world)}"
        )


def robustness(options: Namespace) -> None:
    """Measure a run under changes of its test images, and print a row for each kind."""
    if options.images < 1:
        raise ConfigError(f"--images must be 1 or more, got {said(options.images)}")
    if options.attacked is not None and not options.attacks:
        raise ConfigError("--attacked is of --attacks: add that, or leave out --attacked")
    attacks = ATTACKED if options.attacked is None else options.attacked
    if attacks < 1:
        raise ConfigError(f"--attacked must be 1 or more, got {said(attacks)}")
    if not 0 <= options.seed < 2**63:
        raise ConfigError(f"--seed must be 0 to 2^63 - 1, got {said(options.seed)}")
    from dpn.robustness.changes import KINDS, check_kind, usual
    from dpn.robustness.measure import robustness as measure
    from dpn.robustness.under_attack import under_attack
    from dpn.training.opening import check_same_data, training_data

    run = find_run(options.run, settings.runs_dir())
    config = run.config()
    if config.model.world != "picture":
        raise ConfigError(f"Run {run.id!r} reads no pictures; robustness is measured on pictures.")
    of_colour = () if config.model.channels == 3 else ("saturation",)
    if options.kinds == "all":
        kinds = tuple(name for name in KINDS if name not in of_colour)
    elif options.kinds is not None:
        kinds = tuple(dict.fromkeys(name.strip() for name in options.kinds.split(",")))
    else:
        kinds = usual(config.model.channels)
    for name in kinds:
        check_kind(name)
        if name in of_colour:
            raise ConfigError(
                f"{name} is a change of colours, and run {run.id!r} reads grey images: leave it out"
            )
    model = run.load_model()
    dataset = training_data(config.training, settings.data_dir())
    check_same_data(run, config, dataset)
    some = spread(len(dataset.y_test), options.images)
    found = measure(model, dataset.x_test[some], dataset.y_test[some], kinds, options.seed)
    falls = [dataset.class_names[k] for k in found.first_to_fall()]
    attacked = None
    if options.attacks:
        few = some[spread(len(some), attacks)]
        attacked = under_attack(model, dataset.x_test[few], dataset.y_test[few], options.seed)
    if options.json:
        accuracy = {
            name: row.tolist() for name, row in zip(found.kinds, found.accuracy, strict=True)
        }
        answer = {
            "run": run.id,
            "images": found.images,
            "seed": options.seed,
            "clean": found.clean,
            "mean": found.mean,
            "accuracy": accuracy,
            "falls_first": falls,
        }
        if attacked:
            answer["attacks"] = dataclasses.asdict(attacked)
        print(json.dumps(answer))
        return
    print("strength\t1\t2\t3\t4\t5\tmean")
    for name, row in zip(found.kinds, found.accuracy, strict=True):
        print("\t".join([name, *(percent(value) for value in (*row, row.mean()))]))
    many = tally(len(found.kinds), "kind")
    print(
        f"{run.id}: {percent(found.mean)} on average under {many} of change, "
        f"{percent(found.clean)} unchanged, on {counted(found.images)}; "
        f"first to fall: {', '.join(map(shown, falls)) or 'none'}"
    )
    if attacked:
        _print_attacks(attacked)


def _print_attacks(found: UnderAttack) -> None:
    """Print a row for each attack, its radii above, and how small a change can be."""
    for name, row in found.accuracy.items():
        print("\t".join(["radius", *(f"{radius:.3g}" for radius in found.radii[name])]))
        print("\t".join([name, *(percent(value) for value in row)]))
    from dpn.robustness.smallest import FARTHEST

    for norm, median in found.smallest.items():
        none = f"none up to {FARTHEST[norm]:g} for half of the images or more"
        line = f"smallest change found, {norm}: " + (
            none if median is None else f"median {median:.3g}"
        )
        if norm in found.exact:
            near = found.exact[norm]
            line += (
                f"; nearest in the present linear piece, exactly: "
                f"{'none for half of them or more' if near is None else f'{near:.3g}'}; the "
                f"piece reaches that far for {percent(found.reached[norm], 0)} of the images"
            )
        print(f"{line} ({counted(found.sought)})")
