"""The verbs of the command line. What computes is imported by the verb that needs it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from dpn.commands.compare import compare
from dpn.commands.evaluate import evaluate, robustness
from dpn.commands.explain import explain
from dpn.commands.export import export, open_
from dpn.commands.lists import datasets, runs
from dpn.commands.predict import predict
from dpn.commands.read import read
from dpn.commands.teach import teach
from dpn.commands.train import train
from dpn.commands.worlds.mazes import plan

VERBS: dict[str, Callable[[Namespace], None]] = {
    "train": train,
    "predict": predict,
    "read": read,
    "explain": explain,
    "evaluate": evaluate,
    "robustness": robustness,
    "plan": plan,
    "compare": compare,
    "teach": teach,
    "export": export,
    "open": open_,
    "datasets": datasets,
    "runs": runs,
}
