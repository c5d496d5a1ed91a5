"""Next in a list on the pages: it is trained, asked, struck out, walked on, and scored."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.items import sets
from dpn.models.config import ModelConfig
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from dpn.ui.texts.following import ask, following
from tests.helpers import short_training
from tests.pages.session import Session

WORDS = "pages/7_Words.py"
MODEL = ModelConfig(model="items", states=8, decisions=2, embedding=8)


@pytest.fixture
def run(data, runs, monkeypatch):
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    monkeypatch.setenv("DPN_RUNS_DIR", str(runs))
    rows = [f"{u},song *{(u + i) % 20}*,{i}\n" for u in range(40) for i in range(5)]
    return trained_on(data, runs, "songs.csv", rows)


def trained_on(data, runs, file, rows):
    (data / file).write_text("user,song,time\n" + "".join(rows))
    name, _ = sets.bring(data / file, data)
    training = short_training(dataset=name, preparation="auto", steps=8)
    trainer, run = open_training(MODEL, training, data, runs)
    list(run_training(trainer, run))
    return run


def words_of(session):
    found = (b for b in session.at.button if (b.key or "").startswith("word-"))
    return [button.label.split(" :small")[0].replace("\\", "") for button in found]


def test_a_list_is_asked_walked_on_struck_out_and_shared(run):
    session = Session(WORDS, world="list", items="0,3,4")
    config = run.config()
    names = [config.class_names[i] for i in (0, 3, 4)]
    assert words_of(session) == names
    found = following(run, config, [0, 3, 4])
    assert len(found.items) == 10
    assert not {0, 3, 4} & {*found.items}
    assert not {0, 3, 4} & {*following(run, config, [3], earlier=[0, 4]).items}
    bars = session.chart("step")["value"]
    asked = ask(run, config, [0, 3, 4], set(), found.items[0])
    assert bars.iloc[-1] == pytest.approx(float(asked.found.score[0]), abs=1e-4)
    assert bars.iloc[:-1].sum() == pytest.approx(bars.iloc[-1], abs=1e-6)

    session.press("word-1")
    assert words_of(session)[1] == f"~~{names[1]}~~"
    assert any(text.startswith("Without song") for text in session.texts)
    short = ask(run, config, [0, 3, 4], {1}, following(run, config, [0, 4]).items[0])
    assert short.added[1] == 0
    np.testing.assert_allclose(
        short.added[[0, 2]], ask(run, config, [0, 4], set(), int(short.found.target[0])).added
    )
    session.press("unstrike")
    session.press("next-0")
    assert words_of(session) == [*names, config.class_names[found.items[0]]]
    assert session.at.query_params["items"] == f"0,3,4,{found.items[0]}"
    session.press("clear")
    assert any("Add an item" in words for words in session.infos)
    session.set("selectbox", "add_item", names[2])
    assert words_of(session) == [names[2]]
    session.press("other")
    assert any("goes on with" in text for text in session.texts)
    for place in range(len(words_of(session))):
        session.press(f"word-{place}")
    assert not session.errors


def test_a_list_in_the_address_that_the_run_has_not_is_named(run):
    session = Session(WORDS, world="list", items="3,25")
    assert any("items=3,25 is left out" in one.value for one in session.at.warning)


def test_evaluate_train_and_data_show_lists(run):
    evaluate = Session("pages/4_Evaluate.py", model=run.id)
    assert {"Recall@10", "MRR@10", "Named first"} <= evaluate.metrics.keys()
    assert any("What is most popular" in text for text in evaluate.texts)
    row = next(b for b in evaluate.at.button if (b.key or "").startswith("open_list_"))
    evaluate.press(row.key)
    evaluate.open(WORDS)
    assert len(words_of(evaluate)) == 4
    train = Session("pages/1_Train.py", run=run.id)
    assert "Lists a second" in train.metrics
    assert any("| **This model** |" in text for text in train.texts)
    data = Session("pages/5_Data.py", data="songs")
    assert data.metrics["Items"] == "20"
    assert any(" → " in text for text in data.texts)


def test_without_the_lists_evaluate_says_so_and_keeps_its_scores(run, data):
    sets.path_of("songs", data).unlink()
    session = Session("pages/4_Evaluate.py", model=run.id)
    assert any("There are no test lists" in words for words in session.infos)
    assert any("recall@10" in text for text in session.texts)
    with pytest.raises(DataError, match="'songs' is not here: put its file into"):
        from dpn.data.loading import load_dataset

        load_dataset("songs", data)


def test_at_first_sight_a_test_list_is_answered_by_the_shipped_model(data, runs):
    session = Session(WORDS, world="list")
    assert session.at.selectbox(key="answering").value == "shipped-clicks-items"
    assert session.at.selectbox(key="answering").options[0].startswith("Shop visits · Items · ")
    assert words_of(session)
    assert session.at.button(key="next-9")
    assert any("goes on with" in text for text in session.texts)
    assert session.at.button(key="train_clicks").label == "Train your own"
    assert not session.errors


def test_of_a_list_with_all_items_none_is_left(run):
    everything = ",".join(str(i) for i in range(20))
    session = Session(WORDS, world="list", items=everything)
    assert session.infos == ["All 20 items are in the list: none is left to come next."]
    session.press("clear")
    assert "none is left" not in " ".join(session.infos)


def test_what_is_struck_out_is_not_another_item_of_another_model(run, data, runs):
    known = run.config().class_names[1:10]
    rows = [f"{u},{known[(u + i) % 9]},{i}\n" for u in range(20) for i in range(5)]
    fewer = trained_on(data, runs, "fewer.csv", rows)
    session = Session(WORDS, world="list", model=run.id, items="0,1,2")
    session.press("word-1")
    assert words_of(session)[1] == f"~~{known[0]}~~"
    session.set("selectbox", "answering", fewer.id)
    assert words_of(session) == [*known[:2]]
