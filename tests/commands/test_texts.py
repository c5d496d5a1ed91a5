"""The verbs for texts, from a person's file to an account that adds up."""

import zipfile

import pytest

from dpn.__main__ import main
from tests.commands.asking import asking, where
from tests.helpers import NAMES

TRAINING = ("--steps", "30", "--set", "batch_size=10", "--set", "threads=1", "--lr", "0.05")
SMALL = ("--set", "states=4", "--set", "decisions=2", "--set", "embedding=4")
LEFT = "Turn left here, now!"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A CSV, and the run that was trained on it."""
    folder = tmp_path_factory.mktemp("texts")
    words = {"left": "turn left here", "middle": "go straight ahead", "right": "right, please"}
    rows = [f'"{words[label]}{" now" * (i % 4)}",{label}\n' for i in range(16) for label in NAMES]
    (folder / "ways.csv").write_text("question,way\n" + "".join(rows), encoding="utf-8")
    assert (
        main(["train", "--dataset", str(folder / "ways.csv"), *TRAINING, *SMALL, *where(folder)])
        == 0
    )
    return folder


@pytest.fixture
def ask(folder, capsys):
    """Run a verb; see ``asking``."""
    return asking(folder, capsys)


def test_a_run_of_texts_is_listed_and_scored_again(ask):
    run = ask("runs")[0][0]
    assert (run["dataset"], run["model"], run["test_accuracy"]) == ("ways", "words", 1.0)
    (score,), _ = ask("evaluate", "latest")
    assert score["test_accuracy"] == 1.0
    assert "ways" in [info["name"] for info in ask("datasets")[0]]


def test_a_folder_here_is_no_name_of_a_set_unless_there_is_one(tmp_path, monkeypatch):
    for part in ("train", "test"):
        for label in NAMES:
            (tmp_path / "mine" / part / label).mkdir(parents=True)
            for i in range(4):
                (tmp_path / "mine" / part / label / f"{i}.txt").write_text(f"go {label} {i}")
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    train = ("--steps", "1", "--set", "threads=1", *where(tmp_path))
    assert main(["train", "--dataset", "mine", *train]) == 0
    assert (tmp_path / "data" / "mine.texts.jsonl").is_file()
    assert main(["train", "--dataset", "digits", *train]) == 0


def test_texts_are_answered_in_their_order(ask, folder):
    answers, _ = ask("predict", "latest", "--text", LEFT, "--text", "")
    assert [answer["text"] for answer in answers] == [LEFT, ""]
    assert answers[0]["label"] == "left"
    assert sum(answers[0]["probabilities"].values()) == pytest.approx(1, abs=1e-6)
    (folder / "some.txt").write_text("go ahead\n\nplease go right\n", encoding="utf-8")
    answers, _ = ask("predict", "latest", str(folder / "some.txt"), str(folder / "ways.csv"))
    assert len(answers) == 2 + 48
    assert (answers[1]["line"], answers[1]["text"]) == (3, "please go right")
    (folder / "known.txt").write_text("left turn left\nright go right\n", encoding="utf-8")
    answers, remarks = ask("predict", "latest", str(folder / "known.txt"))
    assert [answer["text"] for answer in answers] == ["turn left", "go right"]
    assert "the class in each line was left out" in remarks


def test_class_folders_are_answered_and_taught_as_they_are_learned_from(ask, folder):
    files = folder / "documents"
    for kind in ("left", "right"):
        for i in range(2):
            file = files / kind / f"{i}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"please go\n{kind}, now {i}\n", encoding="utf-8")
    with zipfile.ZipFile(folder / "documents.zip", "w") as archive:
        for file in files.rglob("*.txt"):
            archive.write(file, file.relative_to(folder))
    for asked in (files, folder / "documents.zip"):
        answers, _ = ask("predict", "latest", str(asked))
        assert [answer["text"] for answer in answers[:2]] == [
            f"please go left, now {i}" for i in (0, 1)
        ]
        assert [answer["file"] for answer in answers][3].endswith("right/1.txt")
        assert len(ask("explain", "latest", str(asked))[0]) == 4
    (one,), remarks = ask("predict", "latest", str(files / "left" / "1.txt"))
    assert (one["text"], one["line"]) == ("please go left, now 1", 1)
    assert "1.txt was read as one text." in remarks
    assert ask("teach", "latest", str(files))[0][0]["accuracy_after"] >= 0.5
    (folder / "none").mkdir()
    for verb in ("predict", "teach"):
        assert "holds no class folders" in ask(verb, "latest", str(folder / "none"), fails=True)


@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_a_file_that_cannot_be_read_is_said_where_it_stands(ask, folder, verb):
    (folder / "one.txt").write_text("go ahead\n", encoding="utf-8")
    (folder / "book.txt").write_bytes(b"%PDF-1.7\n")
    (folder / "broken.zip").write_bytes(b"PK no")
    names = ["one.txt", "book.txt", "none.txt", "broken.zip", "one.txt"]
    files = [str(folder / name) for name in names]
    answers, _ = ask(verb, "latest", *files)
    assert [one["file"] for one in answers] == files
    assert ["error" in one for one in answers] == [False, True, True, True, False]
    assert "book.txt is a PDF" in answers[1]["error"]
    assert answers[0]["label"] == answers[4]["label"]
    assert "Nothing could be answered" in ask(verb, "latest", *files[1:4], fails=True)
    assert len(ask(verb, "latest", "--text", LEFT, *files[1:4])[0]) == 4


def test_each_token_has_its_share_and_they_add_up(ask):
    answers, _ = ask("explain", "latest", "--text", LEFT, "--text", "左 right")
    for answer in answers:
        total = sum(answer["contributions"])
        total += sum(answer[name] for name in ("bias", "smoothing", "readout"))
        assert total == pytest.approx(answer["logit"], abs=1e-4)
        assert len(answer["tokens"]) == len(answer["contributions"])
    assert answers[0]["tokens"] == ["turn", "left", "here", ",", "now", "!"]
    (other,), _ = ask("explain", "latest", "--text", LEFT, "--target", "right")
    assert other["label"] == "right"
    assert other["logit"] < answers[0]["logit"]


def test_a_table_for_people_names_each_word(folder, capsys):
    assert main(["explain", "latest", "--text", LEFT, *where(folder)]) == 0
    words = capsys.readouterr().out
    assert "  left " in words
    assert words.rstrip().splitlines()[-1].startswith("  logit")


def test_an_empty_text_is_named_so(folder, capsys):
    assert main(["predict", "latest", "--text", "", *where(folder)]) == 0
    assert capsys.readouterr().out.startswith("(empty)\t")


def test_texts_are_taught_and_a_class_added(ask, folder, capsys):
    lesson = folder / "lesson.csv"
    rows = [f"walk back {word},back\n" for word in ("please", "now", "home", "again")]
    lesson.write_text(
        "text,label\n" + "".join(rows) + "go straight here,middle\n", encoding="utf-8"
    )
    (answer,), remarks = ask("teach", "latest", str(lesson))
    assert "new class: back" in remarks
    assert answer["accuracy_after"] >= 0.9
    texts = ("--text", "walk back again", "--text", LEFT)
    back, left = ask("predict", answer["run"], *texts)[0]
    assert left["label"] == "left"  # nothing is forgotten
    assert main(["teach", answer["run"], str(lesson), *where(folder)]) == 0
    assert ": 5 texts taught in " in capsys.readouterr().out
    assert back["probabilities"]["back"] > left["probabilities"]["back"]
    (folder / "prose.txt").write_text("one\ntwo\nthree\n", encoding="utf-8")
    assert "not clear how" in ask("teach", "latest", str(folder / "prose.txt"), fails=True)


def test_what_does_not_go_together_is_refused_in_words(ask, folder):
    assert "cannot be read" in ask("predict", "latest", "none.txt", fails=True)
    assert "--target must be one of left" in ask(
        "explain", "latest", "--text", "a", "--target", "up", fails=True
    )
    shipped = "shipped-digits-dpn"
    assert "--text is for runs that read texts" in ask(
        "predict", shipped, "--text", "a", fails=True
    )
    for words in (["export"], ["read", "a.png"]):
        asked = [words[0], "latest", *words[1:]]
        assert "another world: text" in ask(*asked, fails=True), words
    csv = str(folder / "ways.csv")
    assert "model must be one of words" in ask(
        "train", "--dataset", csv, "--model", "mlp", fails=True
    )
    assert "augmentation must be none" in ask(
        "train", "--dataset", csv, "--set", "augmentation=affine", fails=True
    )


def test_a_damaged_vocabulary_is_said(ask, folder):
    run = ask("runs")[0][0]["run"]
    file = folder / "runs" / run / "vocabulary.json"
    kept = file.read_text(encoding="utf-8")
    file.write_text('{"words": ["a"]}', encoding="utf-8")
    assert "vocabulary.json of run" in ask("predict", "latest", "--text", "a", fails=True)
    file.write_text(kept, encoding="utf-8")


def test_a_run_is_scored_by_the_words_that_it_was_trained_on(tmp_path, capsys):
    words = [f"word{i}" for i in range(60)]
    rows = [
        f"{words[i % 60]} {words[i * 7 % 60]} {words[i * i % 60]},{'ab'[i % 2]}\n"
        for i in range(90)
    ]
    (tmp_path / "own.csv").write_text("text,label\n" + "".join(rows))
    train = ("train", "--dataset", str(tmp_path / "own.csv"), *TRAINING, *SMALL, "--seed", "3")
    held = ("--set", "validation_fraction=0.3")
    assert main([*train, *held, *where(tmp_path)]) == 0
    assert main(["evaluate", "latest", *where(tmp_path)]) == 0
    assert main([*train, *where(tmp_path)]) == 0
    found = asking(tmp_path, capsys)("runs")[0]
    runs = [run["run"] for run in found if run["dataset"] == "own"]
    records = asking(tmp_path, capsys)("compare", *runs)[0][0]["runs"]
    assert [record["problems"] for record in records] == [[], []]


def test_a_file_called_as_a_built_in_set_is_trained_on_all_the_same(ask, folder):
    for name in ("clicks", "maze", "mnist"):
        (folder / f"{name}.csv").write_bytes((folder / "ways.csv").read_bytes())
        (told,), _ = ask("train", "--dataset", str(folder / f"{name}.csv"), *TRAINING, *SMALL)
        assert (told["dataset"], told["model"]) == (f"{name} 2", "words")


@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_texts_that_are_too_long_to_be_read_whole_are_counted(ask, verb):
    _, remarks = ask(verb, "latest", "--text", "left " * 600, "--text", "left")
    told = "Texts longer than 64 words and signs, whose beginning is read: 1."
    assert remarks == f"dpn {verb}: {told}\n"
    assert ask(verb, "latest", "--text", "left " * 64)[1] == ""


@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_how_pictures_are_taken_is_refused(ask, verb):
    told = ask(verb, "latest", "--text", "a", "--as", "photo", fails=True)
    assert "--as is for runs that read pictures; run " in told
    assert " reads texts: use --text TEXT, or name files of texts" in told


def test_a_column_of_class_folders_is_refused_and_nothing_kept(folder, tmp_path, capsys):
    for name in NAMES:
        (tmp_path / "mine" / name).mkdir(parents=True)
        for i in range(4):
            (tmp_path / "mine" / name / f"{i}.txt").write_text(f"go {name} {i}")
    train = ["train", "--dataset", str(tmp_path / "mine"), "--label-column", "way"]
    assert main([*train, *where(tmp_path)]) == 2
    assert "mine has a folder for each class: leave them out" in capsys.readouterr().err
    assert not list((tmp_path / "data").glob("*"))
