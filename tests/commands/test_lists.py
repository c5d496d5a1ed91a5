"""The verbs for lists, from a person's table to the ten next and an account that adds up."""

import pytest

from dpn.__main__ import main
from tests.commands.asking import asking, where

SMALL = ("--set", "states=16", "--set", "decisions=2", "--set", "embedding=16")
TRAINING = ("--epochs", "25", "--set", "batch_size=16", "--set", "threads=1", "--lr", "0.02")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A log in which twenty songs follow each other in a ring, and the run trained on it."""
    folder = tmp_path_factory.mktemp("lists")
    rows = [
        f"{user},song {(user + step) % 20},{100 - user}{step:02}\n"
        for user in range(40)
        for step in range(6)
    ]
    (folder / "plays.csv").write_text("listener,track,played_at\n" + "".join(rows[::-1]))
    table = str(folder / "plays.csv")
    assert main(["train", "--dataset", table, *TRAINING, *SMALL, *where(folder)]) == 0
    return folder


@pytest.fixture
def ask(folder, capsys):
    """Run a verb; return its lines of JSON, or of what fails the words alone."""
    run = asking(folder, capsys)
    return lambda *words, fails=False: run(*words, fails=fails) if fails else run(*words)[0]


def test_a_table_is_trained_on_and_scored_beside_what_counts_give(ask):
    (score,) = ask("evaluate", "latest")
    assert (score["dataset"], score["lists"], score["items"]) == ("plays", 40, 20)
    assert score["recall_at_10"] > 0.95
    assert score["mrr_at_10"] > 2 * score["baselines"]["popularity"]["mrr_at_10"]
    assert score["baselines"].keys() == {"popularity", "markov", "item_knn"}
    assert "plays" in [info["name"] for info in ask("datasets")]
    assert ask("runs")[0]["test_accuracy"] == score["test_accuracy"]


def test_the_next_items_come_with_probabilities_and_are_none_of_the_list(ask, folder):
    (answer,) = ask("predict", "latest", "--items", "song 3, song 4")
    assert ask("predict", "latest", "--items", "song 3\nsong 4") == [answer]
    names = [one["item"] for one in answer["next"]]
    assert names[0] == "song 5"
    assert len(names) == 10
    assert not {"song 3", "song 4"} & {*names}  # nobody hears a song twice
    shares = [one["probability"] for one in answer["next"]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1.0001
    (folder / "two.txt").write_text("song 9\nsong 1,song 2\n")
    answers = ask("predict", "latest", str(folder / "two.txt"))
    assert [one["next"][0]["item"] for one in answers] == ["song 10", "song 3"]
    assert len(ask("predict", "latest", str(folder / "plays.csv"))) == 40


def test_the_account_of_a_list_adds_up(ask):
    items = "song 3,song 4,song 5"
    (found,) = ask("explain", "latest", "--items", items)
    assert (found["label"], found["items"]) == ("song 6", items.split(","))
    rest = found["bias"] + found["smoothing"] + found["readout"]
    assert sum(found["contributions"]) + rest == pytest.approx(found["logit"], abs=1e-5)
    (other,) = ask("explain", "latest", "--items", items, "--target", "song 12")
    assert other["logit"] < found["logit"]


def test_what_it_does_not_take_is_told(ask, folder):
    told = ask("predict", "latest", "--items", "song 3,songs 4", fails=True)
    assert "knows no item 'songs 4'; did you mean 'song 4'?" in told
    assert "name at least one item" in ask("predict", "latest", "--items", " , ", fails=True)
    assert "use --items" in ask("predict", "latest", "--text", "hello", fails=True)
    assert "another world: list" in ask("teach", "latest", str(folder), fails=True)
    assert "--items is for runs that read lists" in ask(
        "predict", "shipped-digits-dpn", "--items", "a", fails=True
    )
    (folder / "short.csv").write_text("user,item,time\n1,a,2\n")
    told = ask("train", "--dataset", str(folder / "short.csv"), fails=True)
    assert "two users with three items" in told


def test_a_list_that_cannot_be_asked_is_said_where_it_stands(ask, folder, capsys):
    file = folder / "asked.txt"
    file.write_text("song 9\n\nsong 1,a new one\n,\n", encoding="utf-16")
    first, unknown, empty = ask("predict", "latest", str(file))
    assert (first["line"], first["next"][0]["item"]) == (1, "song 10")
    assert (unknown["line"], "knows no item 'a new one'" in unknown["error"]) == (3, True)
    assert (empty["line"], "at least one item" in empty["error"]) == (4, True)
    assert [one.get("label") for one in ask("explain", "latest", str(file))] == [
        "song 10", None, None,
    ]  # fmt: skip
    for content in (b"", b"\n \n"):
        file.write_bytes(content)
        assert "asked.txt holds no list" in ask("predict", "latest", str(file), fails=True)
    assert "cannot be read (Is a directory)" in ask("predict", "latest", str(folder), fails=True)


@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_a_file_that_cannot_be_read_is_said_where_it_stands(ask, folder, verb):
    (folder / "good.txt").write_text("song 9\n")
    (folder / "empty.txt").write_bytes(b"")
    files = [str(folder / name) for name in ("none.txt", "good.txt", "empty.txt")]
    missing, good, empty = ask(verb, "latest", *files)
    assert "cannot be read" in missing["error"]
    assert good["items"] == ["song 9"]
    assert (empty["file"], "holds no list" in empty["error"]) == (files[2], True)
    assert "Nothing could be answered" in ask(verb, "latest", files[0], files[2], fails=True)


def test_a_table_of_one_user_is_answered_and_says_whose_it_is(ask, folder):
    file = folder / "mine.csv"
    file.write_text("user,item,time\nAnn,song 3,2\nBob,song 9,1\nAnn,song 2,1\n")
    answers = ask("predict", "latest", str(file))
    assert [(one["user"], one["next"][0]["item"]) for one in answers] == [
        ("Ann", "song 4"), ("Bob", "song 10"),
    ]  # fmt: skip


def test_where_all_items_are_in_a_list_none_comes_next(ask, folder):
    everything = ",".join(f"song {i}" for i in range(20))
    (answer,) = ask("predict", "latest", "--items", everything)
    assert answer["next"] == []
    assert "none is left" in ask("explain", "latest", "--items", everything, fails=True)
    (told,) = ask("explain", "latest", "--items", everything, "--target", "song 3")
    assert told["probability"] == 0
