"""The home page's example: why one digit was read as it was, as plain arrays.

    python -m dpn.explain.example RUN OUT.npz

The file is made once and drawn without torch; importing this module does not import it either.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn import settings
from dpn.data.known import DATASETS
from dpn.data.loading import load_dataset
from dpn.errors import DataError, DPNError, RunError
from dpn.runs.files import write_bytes
from dpn.runs.folder import find_run
from dpn.runs.run import SHIPPED, Run

Example = dict[str, npt.NDArray[Any]]

#: The example that home draws; `make pretrained` makes it.
SHIPPED_EXAMPLE = SHIPPED / "example.npz"

#: A 4 of the digits' test images whose loop is nearly closed: why is it not a 9?
IMAGE = 225

#: The arrays of an example and their axes: n parts, S states, K classes, H = W = 8 pixels.
FIELDS = {
    "image": "HW",  # uint8 0..255, bright ink
    "label": "",  # the true class
    "target": "",  # the class it was read as
    "contrast": "",  # the runner-up, against which the score is explained
    "class_names": "K",  # text
    "probabilities": "K",
    "score": "",  # logit of the target less that of the contrast
    "contributions": "n",  # these three and the read-out add up to the score
    "bias": "n",
    "smoothing": "n",
    "readout": "",
    "values": "nS",  # D_t
    "flow": "nS",  # u_t
    "choices": "nS",  # argmax_a π_t[a,s]
    "composed_template": "HW",  # C*
    "pixel_map": "HW",  # C* ⊙ normalised image, which adds up to the contributions
    "parts": "",  # text: "rows", "columns" or "patches"
    "part_size": "",  # pixels
}


def make_example(run: Run) -> Example:
    """Explain test image ``IMAGE`` of the embedded digits: why the run's answer, not the next best.

    Raises:
        RunError: the run is no "dpn" of the embedded digits, or has no usable weights.
    """
    from dpn.explain.exact import RUNNER_UP, explain

    config, digits = run.config(), DATASETS["digits"]
    architecture = config.model
    given = (architecture.model, architecture.image_shape, config.class_names)
    if given != ("dpn", digits.image_shape, digits.class_names):
        raise RunError(
            f"Run {run.id!r} is a {architecture.model} on {config.training.dataset}, the example "
            "needs a dpn on digits; name one, or train it: "
            "python -m dpn train --dataset digits --model dpn"
        )
    data = load_dataset("digits", settings.data_dir())
    found = explain(run.load_model(), data.x_test[IMAGE : IMAGE + 1], contrast=RUNNER_UP)
    assert found.policy is not None
    whole = ("target", "contrast", "score", "contributions", "bias", "smoothing", "readout")
    example: Example = {
        "image": data.x_test[IMAGE, 0].numpy(),
        "label": np.array(int(data.y_test[IMAGE])),
        "class_names": np.array(config.class_names),
        "choices": found.policy[0].argmax(axis=1).astype(np.uint8),  # at most 256 decisions
        "parts": np.array(architecture.parts),
        "part_size": np.array(architecture.part_size),
    }
    for name in (*whole, "probabilities", "values", "flow"):
        example[name] = np.asarray(getattr(found, name)[0])
    for name in ("composed_template", "pixel_map"):
        example[name] = getattr(found, name)[0, 0]
    return {name: example[name] for name in FIELDS}


def save_example(example: Example, path: Path) -> None:
    """Write the arrays to one npz; the same arrays give the same bytes."""
    file = io.BytesIO()
    np.savez_compressed(file, **example)  # type: ignore[arg-type]
    write_bytes(path, file.getvalue())


def load_example(path: Path) -> Example:
    """Read what ``save_example`` wrote; no pickle is ever loaded.

    Raises:
        DataError: the file is missing, damaged or of another version.
    """
    hint = "make it again with python -m dpn.explain.example RUN OUT.npz"
    try:
        # From memory: np.load leaves a damaged file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            example = {name: file[name] for name in FIELDS}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, TypeError) as error:
        raise DataError(f"The example {str(path)!r} cannot be read ({error}); {hint}") from error
    except KeyError as error:
        raise DataError(f"The example {str(path)!r} is of another version; {hint}") from error
    for name, axes in FIELDS.items():
        if example[name].ndim != len(axes):
            raise DataError(f"The example {str(path)!r} is of another version; {hint}")
    return example


def main(arguments: list[str] | None = None) -> int:
    """Make the example and save it; return 0, or 2 after one line on stderr."""
    about = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m dpn.explain.example", description=about)
    parser.add_argument("run", metavar="RUN", help="a run's id, its folder, or 'latest'")
    parser.add_argument("out", metavar="OUT.npz", type=Path)
    options = parser.parse_args(arguments)
    try:
        save_example(make_example(find_run(options.run, settings.runs_dir())), options.out)
    except DPNError as error:
        print(f"dpn.explain.example: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"dpn.explain.example: {options.out} cannot be written ({error.strerror})",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
