"""The verbs asked as a person does, on the folders of a test."""

import json

from dpn.__main__ import main


def where(folder):
    return ["--data-dir", str(folder / "data"), "--runs-dir", str(folder / "runs")]


def asking(folder, capsys):
    """Return what runs a verb: it returns lines of JSON and remarks, or all words of what fails."""

    def run(*words, fails=False):
        capsys.readouterr()
        code = main([*words, *where(folder), "--json"])
        out, remarks = capsys.readouterr()
        assert code == (2 if fails else 0), remarks
        return (
            out + remarks if fails else ([json.loads(line) for line in out.splitlines()], remarks)
        )

    return run
