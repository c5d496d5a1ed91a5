"""Which world a file is of, and which file of a folder is read."""

import pytest

from dpn.data.catalogue import dataset_info
from dpn.data.worlds.bringing import bring
from dpn.data.worlds.choosing import world_of
from dpn.errors import DataError
from dpn.series.sets import read_set
from dpn.texts import sets as texts

WORDS = ("the team won its match and {} scored", "the shares of bank {} fell on the market")
HOLD = ("sport", "money")


def reviews(head, row, rows=60):
    """Return a table of texts, each its own, with what ``row`` makes of (number, text, class)."""
    made = (row.format(i, WORDS[i % 2].format(f"no{i}"), HOLD[i % 2], u=i % 7) for i in range(rows))
    return "\n".join([*head, *made]) + "\n"


TEXTS = {
    "tweets.csv": (["id,user,page,date,text,label"], "{0},u{u},p{u},2024-01-1{u},{1},{2}"),
    "Reviews.csv": (
        ["Id,ProductId,UserId,Time,Text,sentiment"],
        "{0},B{u},A{u},130386240{u},{1},{2}",
    ),
    "semeval.txt": ([], "26418381654813{0:04}\t{2}\t{1}"),  # the numbers of tweets are no times
    "clips.csv": (["file,start,end,sentence,emotion"], "f{u},{0}.5,{0}.9,{1},{2}"),
    "film.tsv": (["PhraseId\tSentenceId\tPhrase\tSentiment"], "{0}\t{u}\t{1}\t{2}"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_table_with_a_column_of_texts_is_of_texts_whatever_stands_beside(tmp_path, name):
    (tmp_path / name).write_text(reviews(*TEXTS[name]), encoding="utf-8")
    set_name, _ = bring(tmp_path / name, tmp_path / "data")
    found = texts.read_set(set_name, tmp_path / "data")
    assert (found.class_names, len(found.train)) == (("money", "sport"), 60)


def test_chinese_has_no_spaces_between_its_words(tmp_path):
    rows = "".join(f"u{i % 7},p{i % 5},{i},这家店的服务非常好我很满意{i}\n" for i in range(30))
    (tmp_path / "a.csv").write_text("user,item,time,评论\n" + rows, encoding="utf-8")
    assert world_of(tmp_path / "a.csv") == "text"


def test_pixels_in_one_cell_are_no_words(tmp_path):
    rows = "".join(f"{i % 3},{' '.join(['70', str(i), '80'] * 24)},Training\n" for i in range(30))
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n" + rows)
    with pytest.raises(DataError, match=r"datasets add \S*/fer2013\.csv`"):
        bring(tmp_path / "fer2013.csv", tmp_path / "data")


def test_what_was_said_decides(tmp_path):
    file = tmp_path / "shop.csv"
    rows = "".join(f"u{i % 9},p{i % 7},{i},good {i % 5},{'ab'[i % 2]}\n" for i in range(60))
    file.write_text("user,item,time,word,kind\n" + rows)
    assert world_of(file) == "list"
    assert world_of(file, label="kind") == "text"  # a list has no classes
    name, _ = bring(file, tmp_path / "data", text="word", label="kind")
    assert texts.read_set(name, tmp_path / "data").class_names == ("a", "b")


def test_titles_that_come_again_are_items(tmp_path):
    title = "A long title of a film that many have seen, part {}"
    rows = "".join(f"u{i % 9}\tm{i % 7}\t{i}\t{title.format(i % 7)}\n" for i in range(60))
    (tmp_path / "log.tsv").write_text("user\tmovie\ttime\ttitle\n" + rows)
    assert world_of(tmp_path / "log.tsv") == "list"


def archive(folder, name, parts=("TRAIN", "TEST")):
    """Write a set as the archive packs it: in three formats, with a description."""
    for part in parts:
        rows = [[i % 2, *((1 + i % 2) * (t + i) % 5 for t in range(12))] for i in range(20)]
        lines = [",".join(map(str, values)) + f":{label}" for label, *values in rows]
        head = f"@problemName {name}\n@univariate true\n@classLabel true 0 1\n@data\n"
        (folder / f"{name}_{part}.ts").write_text(head + "\n".join(lines))
        (folder / f"{name}_{part}.txt").write_text(
            "\n".join("  ".join(f"{v:.4e}" for v in row) for row in rows)
        )
        arff = "".join(f"@attribute a{t} numeric\n" for t in range(12))
        data = "\n".join(",".join(map(str, [*values, label])) for label, *values in rows)
        arff = f"@relation {name}\n{arff}@attribute target {{0,1}}\n@data\n{data}\n"
        (folder / f"{name}_{part}.arff").write_text(arff)
        (folder / f"{name}Dimension1_{part}.arff").write_text(arff)
    (folder / f"{name}.txt").write_text("It holds movements of hands.\nTwo classes.\n")


@pytest.mark.parametrize("left_out", ["nothing", ".ts"])
def test_of_one_set_in_several_formats_the_best_is_read(tmp_path, left_out):
    (tmp_path / "Gun").mkdir()
    archive(tmp_path / "Gun", "Gun")
    for path in (tmp_path / "Gun").glob(f"*{left_out}"):
        path.unlink()
    name, notes = bring(tmp_path / "Gun", tmp_path / "data")
    found = read_set(name, tmp_path / "data")
    assert (len(found.train), len(found.test), len(found.train[0])) == (20, 20, 12)
    assert any(note.startswith("Read was Gun_TRAIN.") for note in notes)


def test_of_a_folder_of_lists_the_largest_table_is_read(tmp_path):
    folder = tmp_path / "ml"
    folder.mkdir()
    rows = [f"{u}\t{u * j % 9}\t3\t{880000000 + j}\n" for u in range(9) for j in range(9)]
    (folder / "u.data").write_text("".join(rows))
    (folder / "u1.base").write_text("".join(rows[:60]))
    (folder / "u1.test").write_text("".join(rows[60:]))
    (folder / "u.genre").write_text("unknown|0\nAction|1\n")
    (folder / "README").write_text("Ratings.")
    name, notes = bring(folder, tmp_path / "data")
    assert (name, dataset_info(name, tmp_path / "data").world) == ("u", "list")
    assert notes[-1] == "Read was u.data, of u.data, u1.base, u1.test."


def test_parts_in_folders_of_their_own_and_a_file_without_classes_beside(tmp_path):
    for part, rows in (("train", 60), ("test", 20)):
        (tmp_path / "a" / part).mkdir(parents=True)
        (tmp_path / "a" / part / f"{part}.csv").write_text(reviews(["text,label"], "{1},{2}", rows))
    name, _ = bring(tmp_path / "a", tmp_path / "data")
    found = texts.read_set(name, tmp_path / "data")
    assert (len(found.train), len(found.test)) == (60, 20)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "nlu.csv").write_text(reviews(["text,label"], "{1},{2}"))
    (tmp_path / "b" / "stories.csv").write_text("text\nonce upon a time\n")
    assert bring(tmp_path / "b", tmp_path / "data")[0] == "nlu"
    (tmp_path / "b" / "more.csv").write_text(reviews(["text,label"], "{1},{2}"))
    with pytest.raises(DataError, match=r"it holds more\.csv, nlu\.csv\. Name the file"):
        bring(tmp_path / "b", tmp_path / "data")


def test_of_the_archives_series_those_as_they_were_measured_are_read(tmp_path):
    """aeon's folders hold them made equally long or without gaps, too; all of them were refused."""
    (tmp_path / "Gun").mkdir()
    archive(tmp_path / "Gun", "Gun")
    for part in ("TRAIN", "TEST"):
        for made in ("eq", "nmv"):
            words = (tmp_path / "Gun" / f"Gun_{part}.ts").read_text()
            (tmp_path / "Gun" / f"Gun_{made}_{part}.ts").write_text(words)
    name, notes = bring(tmp_path / "Gun", tmp_path / "data")
    assert name == "Gun"
    assert any(note.startswith("Read was Gun_TRAIN.ts, of ") for note in notes)
    for path in (tmp_path / "Gun").glob("Gun_T*"):
        path.unlink()
    with pytest.raises(DataError, match="Name the file itself"):
        bring(tmp_path / "Gun", tmp_path / "data")
