"""What a model can be exported as: each file's ending, its MIME type, and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dpn.export.bundle import to_bundle
from dpn.export.onnx_file import to_onnx
from dpn.export.web import to_html
from dpn.runs.run import Run


class Kind(NamedTuple):
    """One kind of file; ``make`` takes a run, the data folder and the runs folder.

    One that ``is_slow`` takes seconds, in which nobody else should have to wait.
    """

    suffix: str
    mime: str
    make: Callable[[Run, Path, Path], bytes]
    is_slow: bool = False


KINDS = {
    "bundle": Kind(".zip", "application/zip", to_bundle),
    "onnx": Kind(".onnx", "application/octet-stream", to_onnx, is_slow=True),
    "html": Kind(".html", "text/html", to_html),
}
