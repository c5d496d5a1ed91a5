"""What of the command line is of one world alone: for a run of another it is refused."""

from __future__ import annotations

from argparse import Namespace

from dpn.errors import ConfigError
from dpn.runs.run import Run

#: By world what its runs read, and how predict and explain ask them.
READ = {
    "picture": (
        "pictures",
        "name images, folders of them, or a CSV or npz of pixels, with --as if need be",
    ),
    "text": ("texts", "use --text TEXT, or name files of texts, with --text-column if need be"),
    "series": ("series", "name files of series"),
    "list": ("lists", "use --items A,B,C, or name files of lists"),
}
#: Of which world the options of predict and explain are that are not of all.
_OF = {"kind": "picture", "text": "text", "text_column": "text", "items": "list"}
#: What they are called on the command line, where it is not the same.
_CALLED = {"kind": "as"}


def check_options(options: Namespace, run: Run, world: str) -> None:
    """Refuse what is not of the world of a run, or of nothing that is asked of it.

    Raises:
        ConfigError: there is such an option.
    """
    for name, of in _OF.items():
        if getattr(options, name) is not None and of != world:
            flag = _CALLED.get(name, name).replace("_", "-")
            reads, how = READ[world]
            raise ConfigError(
                f"--{flag} is for runs that read {READ[of][0]}; run {run.id!r} reads {reads}: "
                f"{how}."
            )
    if options.text_column is not None and not options.files:
        raise ConfigError("--text-column is of files of texts, and none is named: leave it out.")
