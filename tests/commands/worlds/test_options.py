"""What is of one world is refused for a run of another, whatever the verb."""

from argparse import Namespace

import pytest

from dpn.__main__ import main
from dpn.commands.worlds.options import check_options
from dpn.errors import ConfigError
from dpn.runs.run import Run

GIVEN = {
    "--as": ("photo", "picture"),
    "--text": ("hello", "text"),
    "--text-column": ("a", "text"),
    "--items": ("a,b", "list"),
}
READS = {"picture": "pictures", "text": "texts", "series": "series", "list": "lists"}


@pytest.mark.parametrize("flag", GIVEN)
@pytest.mark.parametrize("world", READS)
def test_what_is_of_another_world_is_refused_in_a_line(tmp_path, flag, world):
    value, of = GIVEN[flag]
    options = Namespace(files=["x"], kind=None, text=None, text_column=None, items=None)
    setattr(options, {"--as": "kind"}.get(flag, flag[2:].replace("-", "_")), value)
    if of == world:
        check_options(options, Run(tmp_path / "mine"), world)
        return
    with pytest.raises(ConfigError) as told:
        check_options(options, Run(tmp_path / "mine"), world)
    said = f"{flag} is for runs that read {READS[of]}; run 'mine' reads {READS[world]}: "
    assert str(told.value).startswith(said)


@pytest.mark.parametrize("verb", ["predict", "explain"])
@pytest.mark.parametrize("flag", ["--text", "--text-column", "--items"])
def test_a_run_of_pictures_takes_no_words(capsys, verb, flag):
    assert main([verb, "shipped-digits-dpn", "x.png", flag, "a"]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert f"{flag} is for runs that read" in err
    assert "'shipped-digits-dpn' reads pictures: name images" in err


def test_a_column_of_no_file_is_refused(tmp_path):
    options = Namespace(files=[], kind=None, text=["hello"], text_column="a", items=None)
    with pytest.raises(ConfigError, match="and none is named: leave it out"):
        check_options(options, Run(tmp_path), "text")
