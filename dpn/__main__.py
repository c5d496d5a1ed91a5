"""The command line: ``python -m dpn VERB``.

This file only reads the arguments, so that ``--help`` answers at once; what a verb takes is in
``dpn.commands.arguments``, and the verbs are in ``dpn.commands.verbs``, imported when one is run.
"""

from __future__ import annotations

import io
import os
import sys

from dpn import settings
from dpn.commands.arguments.parser import build_parser
from dpn.errors import DPNError

#: Options that are never empty: where a shell's variable is, what is meant is not what is usual.
FILLED = (
    *("data_dir", "runs_dir", "dataset", "model", "preset", "resume"),
    *("text_column", "label_column", "name"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; return 0, or 2 after one line on stderr: 1 if others were answered."""
    parser = build_parser((__doc__ or "").splitlines()[0])
    options = parser.parse_args(arguments)
    if options.verb in ("predict", "explain") and not (
        options.files or options.text or options.items
    ):
        parser.error(
            "the following arguments are required: FILE, or --text for a run of texts, or --items "
            "for one of lists"
        )
    for name in FILLED:
        if getattr(options, name, None) == "":
            flag = name.replace("_", "-")
            parser.error(f"argument --{flag}: it is empty; give it a value, or leave it out")
    settings.override(data_dir=options.data_dir, runs_dir=options.runs_dir)
    try:
        from dpn.commands import verbs

        verbs.VERBS[options.verb](options)
        sys.stdout.flush()  # now, so that an error is seen here
    except DPNError as error:
        print(f"dpn {options.verb}: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt as hint:
        print(f"dpn {options.verb}: stopped. {hint}".rstrip(), file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        # What is left in the buffer would be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # file names can hold any bytes
    code = main()
    if os.environ.get("WORLD_SIZE", "1") != "1":
        # torchrun's: threads of the transport may still run, and one that asks for the interpreter
        # while it ends aborts the process, and with it the job. So it does not end, it is gone.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
