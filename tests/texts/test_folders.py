"""Intents as they are published: ATIS's lines, SNIPS's pieces, Rasa's and CLINC's JSON, YAML."""

import json
import time

import pytest

from dpn.errors import DataError
from dpn.texts.folders import read_folders
from dpn.texts.rasa import rows_of_rasa
from dpn.texts.reading import read_texts

WANTED = [("play jazz", "music"), ("play rock now", "music"), ("wake me", "alarm")]


def pairs(read):
    return list(zip(read.texts, read.labels, strict=True))


def lines(folder, texts, labels):
    folder.mkdir(parents=True)
    (folder / "seq.in").write_text("\n".join(texts) + "\n")
    (folder / "seq.out").write_text("\n".join("O O" for _ in texts) + "\n")
    (folder / "label").write_text("\n".join(labels) + "\n")


def test_lines_of_texts_beside_lines_of_intents(tmp_path):
    for part in ("train", "valid", "test"):
        lines(tmp_path / part, *zip(*WANTED, strict=True))
    read = read_folders(tmp_path)
    assert pairs(read) == WANTED * 3
    assert read.parts == ["test"] * 3 + ["train"] * 6
    lines(tmp_path / "alone", *zip(*WANTED, strict=True))
    assert pairs(read_folders(tmp_path / "alone")) == WANTED


def test_lines_that_lack_an_intent_are_counted(tmp_path):
    lines(tmp_path / "train", ["play jazz", "wake me"], ["music"])
    with pytest.raises(DataError, match=r"train: seq\.in has 2 lines and label 1; each text must"):
        read_folders(tmp_path)


def snips(intent, *texts):
    return {intent: [{"data": [{"text": one} for one in text]} for text in texts]}


def test_texts_in_pieces_with_a_file_an_intent(tmp_path):
    music = snips("music", ["play ", "jazz"], ["play ", "rock", " now"])
    for intent, whole in (("music", music), ("alarm", snips("alarm", ["wake me"]))):
        folder = tmp_path / intent
        folder.mkdir()
        (folder / f"train_{intent}.json").write_text(json.dumps(snips(intent, ["a part"])))
        (folder / f"train_{intent}_full.json").write_text(json.dumps(whole))
        (folder / f"validate_{intent}.json").write_text(json.dumps(snips(intent, ["café"])))
    (tmp_path / "music" / "train_music_full.json").write_bytes(
        json.dumps(music, ensure_ascii=False).encode("latin-1")
    )
    read = read_folders(tmp_path)
    assert sorted(pairs(read)) == sorted([*WANTED, ("café", "alarm"), ("café", "music")])


NLU = """version: "3.1"
nlu:
- intent: music
  examples: |
    - play [jazz](genre)
    - play [rock]{"entity": "genre"} now
- synonym: nyc
  examples: |
    - new york
- intent: alarm # at seven
  examples: |
    - wake me
rules:
- rule: say it
  steps:
  - action: utter
"""
MARKDOWN = """## intent:music
- play [jazz](genre)
- play rock now

## synonym:nyc
- new york

## intent:alarm
- wake me
"""
EXAMPLES = [{"text": text, "intent": intent, "entities": []} for text, intent in WANTED]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nlu.yml", NLU),
        ("nlu.md", MARKDOWN),
        (
            "rasa.json",
            json.dumps(
                {
                    "rasa_nlu_data": {
                        "common_examples": EXAMPLES,
                        "entity_synonyms": [{"value": "x", "synonyms": ["y"]}],
                    }
                }
            ),
        ),
        ("luis.json", json.dumps({"intents": [{"name": "music"}], "utterances": EXAMPLES})),
        (
            "snips.json",
            json.dumps(
                snips("music", ["play ", "jazz"], ["play rock now"]) | snips("alarm", ["wake me"])
            ),
        ),
        ("clinc.json", json.dumps({"train": WANTED[:1], "test": WANTED[1:2], "val": WANTED[2:]})),
    ],
)
def test_each_file_of_intents_is_read(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    assert pairs(read_texts(tmp_path / name)) == WANTED


def test_a_column_of_texts_alone_has_no_classes(tmp_path):
    (tmp_path / "a.csv").write_text("text\n" + "play jazz\nplay rock\nwake me\n" * 9)
    with pytest.raises(DataError, match=r"a\.csv has one column only, and no classes beside it"):
        read_texts(tmp_path / "a.csv")


def test_stories_and_rules_are_no_examples(tmp_path):
    intents = "".join(
        f"- intent: {name}\n  examples: |\n" + "".join(f"    - {name} {i}\n" for i in range(4))
        for name in ("greet", "bye")
    )
    stories = "stories:\n- story: a\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
    (tmp_path / "nlu.yml").write_text(f'version: "3.1"\n{stories}nlu:\n{intents}rules:\n{stories}')
    found = read_texts(tmp_path / "nlu.yml")
    assert {*found.texts} == {f"{name} {i}" for name in ("greet", "bye") for i in range(4)}


@pytest.mark.parametrize("line", ['- intent:{}""x', "- {}", "{}x", "    - a {}["])
def test_a_long_line_is_read_in_a_moment(line):
    began = time.process_time()
    for filling in (" ", "["):
        rows_of_rasa("- intent: a\n  examples: |\n" + line.format(filling * 9_000) + "\n")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("name", ["{}", "{}.md", "{}.txt", "cv{}_tok-1.TXT"])
def test_a_text_of_its_own_may_have_no_ending(tmp_path, name):
    for part in ("20news-bydate-train", "20news-bydate-test"):
        for kind in ("comp.graphics", "misc.forsale"):
            folder = tmp_path / part / kind
            folder.mkdir(parents=True)
            (folder / "README").write_text("about")
            for i in range(3):
                (folder / name.format(10_000 + i)).write_text(f"From: me\n\n{kind} {i}")
    read = read_folders(tmp_path)
    assert {*read.labels} == {"comp.graphics", "misc.forsale"}
    assert (read.parts.count("train"), read.parts.count("test")) == (6, 6)
    assert "From: me comp.graphics 2" in read.texts


def test_a_project_of_rasas_is_read_without_its_stories(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text(NLU)
    (tmp_path / "data" / "more.md").write_text("## intent:bye\n- see you\n")
    (tmp_path / "data" / "stories.yml").write_text(
        "stories:\n- story: a\n  steps:\n  - intent: music\n  - action: utter\n"
    )
    (tmp_path / "domain.yml").write_text("intents:\n- music\n")
    for folder in (tmp_path, tmp_path / "data"):
        assert sorted(pairs(read_folders(folder))) == sorted([*WANTED, ("see you", "bye")])


def test_a_text_that_cannot_be_read_among_many_is_left_out_and_said(tmp_path):
    """Old mails are written in many ways; one refused them all."""
    for i in range(12):
        of_class = tmp_path / ("spam", "ham")[i % 2]
        of_class.mkdir(exist_ok=True)
        (of_class / f"{i}.txt").write_text(f"a mail {i}")
    (tmp_path / "spam" / "x.txt").write_bytes("한국어 편지".encode("euc-kr"))
    (tmp_path / "ham" / "y.txt").write_bytes(bytes(9))
    read = read_folders(tmp_path)
    assert len(read.texts) == 12
    (note,) = read.notes
    assert note.startswith("Left out 2 files of 14: y.txt is no text: it holds zero bytes.")
    for file in tmp_path.glob("*/*.txt"):
        file.write_bytes("편지".encode("euc-kr"))
    with pytest.raises(DataError, match="is not UTF-8"):
        read_folders(tmp_path)


def test_the_sets_of_snips_nlu_have_their_texts_below_utterances(tmp_path):
    """``snips-nlu generate-dataset`` puts entities and a language beside the intents."""
    whole = {
        "intents": {
            "music": {"utterances": snips("music", ["play ", "jazz"], ["play rock now"])["music"]},
            "alarm": {"utterances": snips("alarm", ["wake me"])["alarm"]},
        },
        "entities": {"kind": {"data": [], "use_synonyms": True}},
        "language": "en",
    }
    file = tmp_path / "dataset.json"
    file.write_text(json.dumps(whole, indent=2))
    assert pairs(read_texts(file)) == WANTED


def test_one_object_over_many_lines_is_told_by_its_fields(tmp_path):
    file = tmp_path / "volcano.json"
    file.write_text(json.dumps({"width": 87, "height": 61, "values": [1, 2]}, indent=1))
    with pytest.raises(DataError, match=r"no column of classes .*: its columns are width, height"):
        read_texts(file)
