"""Next in a list: recall@10 and MRR@10 on the embedded visits, beside what counts alone give.

    python -m tests.benchmarks.learning.worlds.lists [PRESET]

"Who knew the rule" would have named items by the chances that the visits were made with.
"""

import statistics
import sys
from pathlib import Path

from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import evaluate
from dpn.evaluation.next_items import baselines, quality
from dpn.items.making import best_ranks
from dpn.models.devices import keep_memory
from dpn.models.presets import preset
from dpn.training.trainer import Trainer
from tests.benchmarks.record import note

SEEDS = (0, 1, 2)


def measure(name: str) -> None:
    """Print a row for each method."""
    keep_memory()
    data = load_dataset("clicks", Path())
    found, seconds = [], []
    for seed in SEEDS:
        asked = ("clicks", None, data.classes, "items", name, len(data.x_train), "list")
        model, training = preset(*asked)
        trainer = Trainer(model.replace(**data.model_sizes), training.replace(seed=seed), data)
        while not trainer.done:
            trainer.step()
        places = evaluate(trainer.model, data.x_test, data.y_test).places
        assert places is not None
        found.append(quality(places))
        seconds.append(trainer.seconds)
        print(f"seed {seed}: {found[-1]}, {trainer.seconds:.1f} s", flush=True)
    train, test = (data.x_train, data.y_train), (data.x_test, data.y_test)
    rows = {f"items {name}, {statistics.mean(seconds):.1f} s": found}
    rows |= {k: [v] for k, v in baselines(train, test, data.classes, repeats=True).items()}
    rows["who knew the rule"] = [quality(best_ranks())]
    print(f"| {len(data.x_test):,} lists | recall@10 | MRR@10 |\n|---|---|---|")
    for method, values in rows.items():
        cells = []
        for key, form in (("recall_at_10", ".1%"), ("mrr_at_10", ".3f")):
            numbers = [one[key] for one in values]
            spread = f" ({min(numbers):{form}} to {max(numbers):{form}})" * (len(numbers) > 1)
            cells.append(f"{statistics.mean(numbers):{form}}{spread}")
        print(f"| {method} | {' | '.join(cells)} |")
    for key in found[0]:
        note(f"learning.lists, {key}, {name}", statistics.mean(one[key] for one in found), "")


if __name__ == "__main__":
    measure(sys.argv[1] if len(sys.argv) > 1 else "quick")
