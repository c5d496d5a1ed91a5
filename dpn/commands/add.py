"""The verb ``datasets add``: a file or folder of one's own becomes a data set to train on."""

from __future__ import annotations

import json
import shlex
import sys
from argparse import Namespace
from pathlib import Path

from dpn import settings
from dpn.errors import ConfigError


def add(options: Namespace) -> None:
    """Read it, say what was understood, and keep it in the data folder."""
    from tqdm import tqdm

    from dpn.commands.bars import remark
    from dpn.own.bringing import bring
    from dpn.own.files import DISK, on_disk
    from dpn.own.keeping import check_free, keep
    from dpn.own.making import Options, make

    if options.side not in (None, 0, 28, 32):
        raise ConfigError(f"--side must be 28, 32 or 0 (as they are), got {options.side}")
    if options.most is not None and options.most < 1:
        raise ConfigError(f"--most must be at least 1, got {options.most}")
    colour = {"auto": None, "grey": False, "colour": True}[options.colour]
    path, data_dir = Path(options.path), settings.data_dir()
    name = options.name or path.resolve().name.split(".")[0]
    check_free(name, data_dir)
    with tqdm(total=None, unit="picture", desc="read", disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        raw = bring(on_disk(path), DISK, show)
    made = make(raw, Options(options.side, colour, most=options.most, seed=options.seed))
    arrays, counts = made.arrays, made.counts
    for note in (*arrays.notes, *made.left_out):
        remark("datasets", note)
    for label, (train, test) in zip(arrays.class_names, counts.tolist(), strict=True):
        print(f"{label}: {train:,} to train, {test:,} to test", file=sys.stderr)
    if made.is_uneven:
        remark("datasets", "The classes are uneven; --set balanced=true shows each equally often.")
    kept = keep(made, name, data_dir)
    channels, height, width = arrays.x_train.shape[1:]
    if options.json:
        record = {
            "name": name,
            "path": str(kept),
            "kind": made.kind,
            "image_shape": [channels, height, width],
            "classes": {
                label: {"train": train, "test": test}
                for label, (train, test) in zip(arrays.class_names, counts.tolist(), strict=True)
            },
            "notes": list(arrays.notes),
            "left_out": list(made.left_out),
        }
        print(json.dumps(record))
        return
    print(
        f"{name}: {counts.sum():,} images of {len(counts)} classes, {height}x{width} "
        f"{'colour' if channels == 3 else 'grey'}, in {kept}. Go on with: python -m dpn train "
        f"--dataset {shlex.quote(name)}"
    )
