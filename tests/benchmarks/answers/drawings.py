"""How long 1,000 drawings take through ``python -m dpn predict --as drawing``."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tests.benchmarks.record import note

COUNT = 1_000


def measure() -> None:
    """Print seconds for 1,000 files and for one; the difference is without start-up."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rng = np.random.default_rng(0)
        for index in range(COUNT):
            _sketch(rng).save(folder / f"{index:04}.png")
        all_files, one_file = _predict(folder), _predict(folder / "0000.png")
    note(f"answers.drawings, {COUNT:,} through predict", all_files, "s")
    note("answers.drawings, one through predict", one_file, "s")
    print(
        f"{COUNT:,} drawings of 280×280 through `predict --as drawing`: {all_files:.1f} s, "
        f"of which {one_file:.1f} s are start-up\n"
    )


def _predict(path: Path) -> float:
    command = [sys.executable, "-m", "dpn", "predict", "shipped-digits-dpn", str(path)]
    started = time.perf_counter()
    subprocess.run([*command, "--as", "drawing", "--json"], check=True, capture_output=True)
    return time.perf_counter() - started


def _sketch(rng: np.random.Generator) -> Image.Image:
    """Return a few random strokes, dark on white."""
    image = Image.new("RGB", (280, 280), "white")
    points = [tuple(point) for point in rng.integers(30, 250, size=(5, 2)).tolist()]
    ImageDraw.Draw(image).line(points, fill="black", width=int(rng.integers(4, 30)), joint="curve")
    return image


if __name__ == "__main__":
    measure()
