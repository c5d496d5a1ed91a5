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
        if fails:
            assert code == 2, remarks
            return out + remarks
        answers = [json.loads(line) for line in out.splitlines()]
        assert code == any("error" in answer for answer in answers), remarks
        return answers, remarks

    return run
