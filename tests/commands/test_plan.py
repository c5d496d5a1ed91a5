"""The verbs plan and evaluate on maps."""

import json

import pytest

from dpn.__main__ import main


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_plan_answers_an_object_a_file(tmp_path, capsys):
    (tmp_path / "a.txt").write_bytes(b"S.#\r\n#..\r\n#.G\r\n\r\n")
    (tmp_path / "b.txt").write_text("S#G\n.#.\n")
    (tmp_path / "c.txt").write_text("what is this")
    assert main(["plan", "shipped-maze-planner", str(tmp_path), "--json"]) == 1
    way, none, bad = lines(capsys)
    assert way["file"] == str(tmp_path / "a.txt")
    assert way["plan"][0] == [0, 0]
    assert way["plan"][-1] == [2, 2]
    assert way["steps"] == len(way["plan"]) - 1 == 4
    assert isinstance(way["value"], float)
    assert (none["plan"], none["steps"]) == (None, None)
    assert "line 1, column 1 is 'w'" in bad["error"]


def test_evaluate_says_how_many_plans_arrive(capsys):
    asked = ["evaluate", "shipped-maze-planner", "--side", "9", "--kind", "maze", "--maps", "5"]
    assert main([*asked, "--json"]) == 0
    (answer,) = lines(capsys)
    assert (answer["kind"], answer["side"], answer["maps"]) == ("maze", 9, 5)
    assert main([*asked[:-1], "1"]) == 0
    assert capsys.readouterr().out.endswith("% of 1 map\n")
    assert (answer["success"], answer["optimal"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan", "shipped-digits-dpn", "x.txt"], "plan takes runs of mazes"),
        (["evaluate", "shipped-maze-planner", "--kind", "cave"], "did you mean 'caves'"),
        (["evaluate", "shipped-maze-planner", "--side", "0"], "side must be a whole number"),
        (["evaluate", "shipped-maze-planner", "--side", "-3"], "side must be a whole number"),
        (
            ["evaluate", "shipped-digits-dpn", "--side", "9"],
            "--maps are of maps, and run 'shipped-digits-dpn' reads pictures: leave",
        ),
        (["evaluate", "shipped-digits-dpn", "--maps", "9"], "--maps are of maps"),
        (["predict", "shipped-maze-planner", "map.png"], "plan shipped-maze-planner FILE"),
        (["explain", "shipped-maze-planner", "map.png"], "plan shipped-maze-planner FILE"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(arguments, words, capsys):
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_folder_without_maps_has_its_line_in_its_place(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("S.G")
    files = [str(tmp_path / "empty"), str(tmp_path / "a.txt")]
    assert main(["plan", "shipped-maze-planner", *files, "--json"]) == 1
    empty, way = lines(capsys)
    assert (empty["file"], "holds no maps" in empty["error"]) == (files[0], True)
    assert way["steps"] == 2


def test_where_no_map_can_be_used_the_exit_code_is_2(capsys):
    assert main(["plan", "shipped-maze-planner", "nothing.txt", "--json"]) == 2
    (answer,) = lines(capsys)
    assert "cannot be read" in answer["error"]
