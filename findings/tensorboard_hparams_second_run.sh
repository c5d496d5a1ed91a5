#!/usr/bin/env bash
# SummaryWriter.add_hparams makes a run more: it writes the settings and the final numbers not into the
# file that the writer has open but into a new folder inside it, named by the time. TensorBoard then lists two
# runs for one training; the row of settings leads to a run without curves, and the run with the
# curves has no settings. Calling it again makes a third.
# Seen with torch 2.14.1 and tensorboard 2.21.0; needs about 6 GB of free disk.
# What to do: make the three summaries with torch.utils.tensorboard.summary.hparams and add them to
# writer.file_writer, and the numbers with add_scalar.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  torch==2.14.1 tensorboard==2.21.0 numpy==2.4.6 || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys

from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import hparams

settings, numbers = {"rate": 0.1}, {"accuracy": 0.9}
with SummaryWriter("usual/training") as writer:
    writer.add_scalar("loss", 0.5, 1)
    writer.add_hparams(settings, numbers)
with SummaryWriter("by_hand/training") as writer:
    writer.add_scalar("loss", 0.5, 1)
    for summary in hparams(settings, numbers):
        writer.file_writer.add_summary(summary)
    writer.add_scalar("accuracy", 0.9, 1)


def look(folder):
    """The scalars of each run, and whether it has settings."""
    log = EventMultiplexer().AddRunsFromDirectory(folder)
    log.Reload()
    return {
        run: (sorted(tags["scalars"]), bool(log.PluginRunToTagToContent("hparams").get(run)))
        for run, tags in log.Runs().items()
    }


usual, by_hand = look("usual"), look("by_hand")
print("with add_hparams:", usual)
print("into the open file:", by_hand)
if by_hand != {"training": (["accuracy", "loss"], True)}:
    sys.exit("No longer so: written into the open file they are not found.")
if len(usual) != 2 or usual["training"] != (["loss"], False):
    sys.exit("No longer so: add_hparams makes no second run.")
PY

venv/bin/python -W ignore look.py
echo "still so"
