"""The tree of errors a person may see.

Each message is one sentence or two that name the field, the value, what is accepted and what to do
next. The command line prints the message and exits with 2, or with 1 after answers to others; the
pages show it in a red box.

    DPNError
    ├── ConfigError      a model or training setting
    ├── DataError        a data set: missing, malformed, or a failed download
    ├── ImageError       one drawing or one uploaded file
    ├── RunError         a run folder: missing, damaged, or of another version
    └── TrainingError    training had to stop (for example a loss that is not finite)
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable

from dpn.language import t

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 100
_SHORT.maxlong = 500
_SHORT.maxlevel = 3


class DPNError(Exception):
    """Base of all errors whose message is written for the person who caused them."""

    #: What the command line exits with.
    status = 2


class ConfigError(DPNError):
    """A setting is outside what is accepted."""


class DataError(DPNError):
    """A data set cannot be loaded."""


class ImageError(DPNError):
    """A drawing or a file cannot become a model input."""


class RunError(DPNError):
    """A run folder cannot be found, read or continued."""


class TrainingError(DPNError):
    """Training stopped because it cannot go on."""


def did_you_mean(value: object, accepted: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the accepted name nearest to ``value``, or ""."""
    if not isinstance(value, str) or len(value) > 200:  # the search takes time and memory
        return ""
    names = {name.lower(): name for name in accepted}
    near = difflib.get_close_matches(value.lower(), list(names), n=1)
    return t("; did you mean {name!r}?", name=names[near[0]]) if near else ""


def said(value: object) -> str:
    """Return a value for a sentence, as Python writes it but never long; whatever it is."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # a whole number of thousands of digits
        return f"a {type(value).__name__}"
