"""The Words page: what it says of a text is what the model computed; a click strikes a word out."""

import csv
import io
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dpn import ui
from dpn.data.catalogue import preset_of
from dpn.jobs.job import JobView
from dpn.jobs.questions import Question
from dpn.runs import run as on_disk
from dpn.runs.run import Run
from dpn.texts.reading import read_columns, read_texts
from dpn.texts.vocabulary import LEAST_READ, tokens_of
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from dpn.ui import access
from dpn.ui.texts import ask as of_words
from dpn.ui.texts import batch, begin, lesson, page
from dpn.ui.texts.ask import ask, encode
from dpn.ui.texts.sentence import runs_left
from tests.helpers import NAMES, short_training, small_words, write_texts
from tests.pages.session import Session

WORDS = "pages/7_Words.py"
TEXT = "turn left here, please"
SHIPPED_RUN = "shipped-questions-words"
SHIPPED = Run(on_disk.SHIPPED / SHIPPED_RUN).config()


@pytest.fixture
def run(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    monkeypatch.setenv("DPN_RUNS_DIR", str(runs))
    write_texts(data)
    trainer, run = open_training(small_words(), short_training(preparation="auto"), data, runs)
    list(run_training(trainer, run))
    return run


def words_of(session):
    found = (b for b in session.at.button if (b.key or "").startswith("word-"))
    return [button.label.split(" :small")[0] for button in found]


def test_a_text_is_answered_and_its_sum_adds_up(run):
    session = Session(WORDS, text=TEXT)
    assert words_of(session) == ["turn", "left", "here", ",", "please"]
    asked = ask(run, TEXT)
    bars = session.chart("step")
    assert bars["value"].iloc[-1] == pytest.approx(float(asked.found.score[0]), abs=1e-4)
    assert bars["value"].iloc[:-1].sum() == pytest.approx(bars["value"].iloc[-1], abs=1e-9)
    names = run.config().class_names
    assert session.heading.split("\n")[0] in (*names, "Not sure")

    session.press("word-1")
    assert words_of(session)[1] == "~~left~~"
    assert any(text.startswith("Without “left”: ") for text in session.texts)
    short = ask(run, "turn here, please")
    assert session.chart("step")["value"].iloc[-1] == pytest.approx(
        float(short.found.score[0]), abs=1e-4
    )
    session.press("unstrike")
    assert words_of(session)[1] == "left"
    session.set("text_input", "text", "left")
    session.press("word-0")
    assert session.infos == ["All is struck out. Click a word to take it back."]
    assert words_of(session) == ["~~left~~"]
    session.press("word-0")
    assert words_of(session) == ["left"]
    session.set("text_input", "text", "<b>*go*</b> straight")
    assert words_of(session)[-1] == "straight"
    assert session.at.query_params["text"] == "<b>*go*</b> straight"
    session.set("text_input", "text", "")
    assert any("Type or paste" in words for words in session.infos)


def test_a_long_text_stays_here_is_said_so_and_a_reload_finds_it(run, monkeypatch):
    things = {}
    monkeypatch.setattr(page, "kept", lambda: things)
    session = Session(WORDS, text=TEXT)
    assert not session.at.session_state["text_stays"]
    long = "left " * 61
    session.set("text_input", "text", long)
    assert session.at.session_state["text_stays"]
    assert "text" not in session.at.query_params
    assert Session(WORDS).at.text_input(key="text").value == long.strip()
    session.set("text_input", "text", TEXT)
    assert not session.at.session_state["text_stays"]
    assert not things["text"]


def test_what_is_left_of_a_text_is_asked_as_it_was_written(run, monkeypatch):
    asked = []
    monkeypatch.setattr(
        of_words, "encode", lambda run, texts: asked.extend(texts) or encode(run, texts)
    )
    found = of_words.ask(run, "Turn LEFT in Rome, 1984", {1})
    assert asked == ["Turn in Rome , 1984"]
    assert found.tokens == ["turn", "left", "in", "rome", ",", "1984"]


def test_a_corrected_text_is_a_lesson_that_is_taught_and_taken_along(run, tmp_path):
    session = Session(WORDS, text=TEXT)
    pills = session.at.button_group[1]  # behind what is asked
    pills.set_value("right")
    session.run()
    assert any("Your lesson: 1 text" in head.value for head in session.at.subheader)
    file = tmp_path / "lesson.tsv"
    file.write_bytes(lesson.to_tsv({TEXT: "right", 'a "b"\tc': "left"}))
    found = read_texts(file)
    assert (found.texts, found.labels) == ([TEXT, 'a "b"\tc'], ["right", "left"])
    session.press("teach_text")
    session.until(lambda: any(b.key == "keep" for b in session.at.button))
    session.press("keep")
    assert run.config().training.dataset in session.at.selectbox(key="answering").options[0]


def test_struck_words_are_not_read_and_what_is_long_is_read_in_part(run):
    whole, less = ask(run, TEXT), ask(run, TEXT, {1, 99})
    assert (less.added[1], less.struck, len(less.added)) == (0.0, {1}, 5)
    np.testing.assert_allclose(sum(t.value for t in whole.terms), whole.found.score[0], atol=1e-5)
    long = ask(run, "turn left " * 400)
    assert len(long.tokens) == len(long.added) == LEAST_READ  # its texts have a few words
    assert long.unread == 800 - LEAST_READ
    nothing = ask(run, "", contrast=None)
    assert (nothing.tokens, len(nothing.added)) == ([], 0)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1. שלום world", True),
        ("مرحبا", True),
        ("hello שלום", False),
        ("天气 😀", False),
        ("12", False),
    ],
)
def test_words_stand_in_the_direction_that_their_text_is_written_in(text, left):
    assert runs_left(tokens_of(text)) is left


def test_a_file_is_answered_row_by_row(run, tmp_path):
    Session(WORDS)  # a page is open
    file = tmp_path / "some.csv"
    file.write_text('date,text\n2026-01-02,"=turn left"\n2026-01-03,go right\n', encoding="utf-8")
    found = batch.answered(run, run.config(), read_columns(file))
    logits = np.concatenate(
        [ask_logits for text in ("=turn left", "go right") for ask_logits in [_logits(run, text)]]
    )
    names = run.config().class_names
    assert list(found.table["label"]) == [names[i] for i in logits.argmax(axis=1)]
    assert list(found.table["day"]) == ["2026-01-02", "2026-01-03"]
    rows = list(csv.DictReader(io.StringIO(batch.to_csv(found.table).decode("utf-8-sig"))))
    assert rows[0]["text"] == "'=turn left"
    assert isinstance(found.table, pd.DataFrame)


def _logits(run, text):
    return ui.model_server().explain(run, encode(run, [text]), Question(details=False)).logits


def test_a_document_is_told_so_in_words_and_no_ending_is_refused_by_its_kind(run):
    session = Session(WORDS)
    file = session.at.file_uploader(key="batch")
    assert not file.proto.type
    file.upload("book.xlsx", b"%PDF-1.7\n")
    session.run()
    assert "is a PDF" in session.errors[-1]


def test_at_first_sight_a_text_is_answered_by_the_shipped_model(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_RUNS_DIR", str(runs / "none"))
    session = Session(WORDS)
    assert session.at.selectbox(key="answering").value == SHIPPED_RUN
    assert session.at.text_input(key="text").value
    assert session.heading.split("\n")[0] in (*SHIPPED.class_names, "Not sure")
    assert words_of(session)
    assert not session.infos
    assert not session.errors
    chinese = Session(WORDS, lang="zh")
    assert page.HAN.search(chinese.at.text_input(key="text").value)
    assert chinese.at.selectbox(key="answering").options[0].startswith("问句 · ")


def test_another_world_beside_leaves_the_newest_or_the_shipped_model_of_texts(run):
    session = Session(WORDS, run="shipped-digits-dpn")
    assert session.at.selectbox(key="answering").value == run.id
    assert session.at.selectbox(key="answering").options[-1].startswith("Questions · Words · ")
    asked = Session(WORDS, run=SHIPPED_RUN)
    assert asked.at.selectbox(key="answering").value == SHIPPED_RUN


def test_one_click_trains_ones_own_which_then_answers(data, runs, monkeypatch):
    chosen = []

    def short(info):
        model, training = preset_of(info)
        chosen.append((model, training))
        return model.replace(pairs=0), training.replace(epochs=1, threads=1)

    monkeypatch.setattr(begin, "preset_of", short)
    session = Session(WORDS, text=TEXT)
    assert session.at.button(key="train_questions").label == "Train your own"
    session.press("train_questions")
    (asked,) = chosen
    assert asked[1].validation_fraction == 0.1  # as the command line's
    begun = session.run_id
    session.until(lambda: any(b.key == "train_questions" for b in session.at.button))
    assert session.at.selectbox(key="answering").value == begun
    assert Run(runs / begun).result()
    assert session.at.text_input(key="text").value == TEXT


def test_a_training_is_shown_in_place_of_the_button_until_it_is_over(data, runs, monkeypatch):
    manager, session = ui.jobs(), Session(WORDS)
    view = JobView("20261129-000000-000-questions-words-0000", "running", world="text")
    view = replace(view, step=30, total_steps=60)
    monkeypatch.setattr(manager, "view", lambda run_id: view if run_id == view.id else None)
    session.at.session_state["run_id"] = view.id
    assert "50%" in session.run().progress
    assert not any(b.key == "train_questions" for b in session.at.button)
    assert session.at.selectbox(key="answering").value == SHIPPED_RUN  # it answers meanwhile
    session.open("pages/9_Moves.py")  # of another world there: the button is as it was
    assert session.at.button(key="train_strokes")


def test_without_any_model_one_click_trains_one(data, runs, tmp_path, monkeypatch):
    monkeypatch.setattr("dpn.runs.run.SHIPPED", tmp_path / "none")
    session = Session(WORDS)
    assert any("There is no model yet" in words for words in session.infos)
    assert session.at.button(key="train_questions").label == "Train your own"


def test_who_has_to_sign_in_first_is_told_so_at_the_button(data, runs, monkeypatch):
    monkeypatch.setattr("dpn.ui.access.may_train", lambda: False)
    session = Session(WORDS)
    button = session.at.button(key="train_questions")
    assert button.disabled
    assert button.help == access.SIGN_IN_FIRST
    assert words_of(session)


def test_a_training_on_texts_is_shown_in_words(run):
    train = Session("pages/1_Train.py", run=run.id)
    assert "Texts a second" in train.metrics
    assert any("where test texts went" in text for text in train.texts)
    evaluate = Session("pages/4_Evaluate.py", model=run.id)
    assert "Test texts" in evaluate.metrics
    for shown in (train, evaluate):
        assert all(re.search(r": \d+ texts?, ", words) for words in shown.matrix["words"])
    assert all("text" in words for words in evaluate.chart("bin")["words"])
    told = Session("pages/5_Data.py", data="small")
    assert "Training texts" in told.metrics
    assert any("turn left here" in text for text in told.texts)
    wrong = [button for button in evaluate.at.button if (button.key or "").startswith("open_text_")]
    for button in wrong[:1]:
        button.click()
        evaluate.run()
        assert evaluate.at.session_state["text"]


def test_a_run_is_scored_by_the_words_that_it_was_trained_on(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    data.mkdir(parents=True, exist_ok=True)
    texts = [f"word{i % 60} word{i * 7 % 60} word{i * i % 60}" for i in range(90)]
    rows = [{"text": text, "label": NAMES[i % 3]} for i, text in enumerate(texts)]
    (data / "small.texts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    training = short_training(preparation="auto", validation_fraction=0.3, seed=3)
    trainer, run = open_training(small_words(), training, data, runs)
    list(run_training(trainer, run))
    assert len(ui.test_images(run)[1]) == 18
    evaluate = Session("pages/4_Evaluate.py", model=run.id)
    assert not any("has changed" in words for words in [*evaluate.infos, *evaluate.errors])


def test_a_training_on_texts_is_one_before_its_data_are_read(data, runs, monkeypatch):
    view = JobView("20261129-000000-000-questions-words-0000", world="text")
    manager = ui.jobs()
    monkeypatch.setattr(manager, "view", lambda _: view)
    session = Session("pages/1_Train.py", run=view.id)
    assert "Texts a second" in session.metrics
    assert "Test pictures" not in " ".join(str(one.proto) for one in session.at.get("html"))


def test_of_a_long_text_it_is_said_how_much_is_read(run):
    told = "Of 600 words and signs the first 64 are read."
    session = Session(WORDS)
    session.set("text_input", "text", "left " * 600)
    assert told in session.texts
    session.set("text_input", "text", "left " * 64)
    assert not any("are read." in text for text in session.texts)
    session.at.file_uploader(key="batch").upload("a.txt", ("left " * 600 + "\nright\n").encode())
    session.run()
    notes = " ".join(session.texts).replace("\\", "")
    assert "Texts longer than 64 words and signs, whose beginning is read: 1." in notes
