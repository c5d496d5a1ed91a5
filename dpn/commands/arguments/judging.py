"""What the verbs evaluate, robustness and compare take."""

from __future__ import annotations

from dpn.commands.arguments.verb import Verb, add_run


def evaluate(verb: Verb) -> None:
    """Add evaluate: on the test images as they are."""
    evaluate = verb("evaluate", "Score a run on the test images of its data set.")
    add_run(evaluate)

    evaluate.add_argument("--kind", help="of maps, for a planner: obstacles | maze | rooms | caves")
    evaluate.add_argument("--side", type=int, help="of maps, for a planner: 5 to 64 cells")
    evaluate.add_argument("--maps", type=int, help="of a planner: how many maps are made (200)")


def robustness(verb: Verb) -> None:
    """Add robustness: on test images that are changed."""
    robustness = verb("robustness", "How right a run stays on test images that are changed.")
    add_run(robustness)
    robustness.add_argument(
        "--images", type=int, default=1_000, metavar="N", help="so many test images (1,000)"
    )
    robustness.add_argument(
        "--kinds", metavar="A,B", help="kinds of change, or 'all'; else the usual ones"
    )
    robustness.add_argument(
        "--attacks",
        action="store_true",
        help="also changes along the model's own gradient: FGSM, PGD, the "
        "smallest that turns an answer, and what is exact about it",
    )
    robustness.add_argument(
        "--attacked", type=int, metavar="N", help="so many of them are attacked (200)"
    )
    robustness.add_argument("--seed", type=int, default=0, help="of the changes (0)")


def compare(verb: Verb) -> None:
    """Add compare: of two runs or more."""
    compare = verb("compare", "Set two to six runs side by side, and test whether they differ.")
    compare.add_argument("runs", metavar="RUN", nargs="+", help="an id, a folder, or 'latest'")
