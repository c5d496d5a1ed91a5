"""What the verbs take: files and options in any order."""

import pytest

from dpn.commands.arguments.parser import build_parser


@pytest.mark.parametrize("verb", ["predict", "explain", "read", "plan"])
@pytest.mark.parametrize("words", ["R --json a b", "R a --json b", "--json R a b", "R a b --json"])
def test_files_may_stand_anywhere_among_the_options(verb, words):
    options = build_parser("").parse_args([verb, *words.split()])
    assert (options.run, options.files, options.json) == ("R", ["a", "b"], True)


def test_options_with_values_and_names_that_begin_with_a_dash():
    parse = build_parser("").parse_args
    options = parse(["predict", "R", "--text", "hello", "a.txt", "--text", "you", "b.txt"])
    assert (options.text, options.files) == (["hello", "you"], ["a.txt", "b.txt"])
    assert parse(["predict", "R", "--as", "photo", "--", "-a.png"]).files == ["-a.png"]
    assert parse(["compare", "A", "--json", "B"]).runs == ["A", "B"]
    assert parse(["datasets", "--json", "add", "x", "--name", "n"]).path == "x"


def test_what_is_not_known_is_refused(capsys):
    for words in (["runs", "x"], ["predict", "R", "a", "--jsn"], ["predict"], ["plan", "R"]):
        with pytest.raises(SystemExit) as ended:
            build_parser("").parse_args(words)
        assert ended.value.code == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
