"""The shipped runs: whole, small, and made by what the project itself does."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from sklearn.datasets import load_digits

from dpn import settings
from dpn.commands import pretrained
from dpn.commands.pretrained import RECIPES, TEACHERS, THEN, WITH_HANDS, make_shipped, teacher
from dpn.commands.shipping import fitted, keeping
from dpn.commands.shipping.distil import between
from dpn.commands.shipping.probing import OF_PHOTOS
from dpn.commands.shipping.recipes import Further
from dpn.data.catalogue import dataset_info, preset_of
from dpn.data.loading import load_dataset
from dpn.doubt.fit import QUICK
from dpn.doubt.kept import read_doubt
from dpn.doubt.known import claims
from dpn.evaluation.evaluate import ask_whole, evaluate, predict_logits
from dpn.evaluation.scores import fit_temperature
from dpn.hands import mixture as mixing
from dpn.hands import written
from dpn.hands.unseen import CHOOSE, together, unseen
from dpn.models.presets import with_settings
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import prepare
from dpn.runs import run as runs
from dpn.runs.folder import find_run
from dpn.runs.run import SEEN, SHIPPED, Run
from dpn.texts.vocabulary import Vocabulary
from dpn.training.opening import training_data
from tests.benchmarks.learning import hands
from tests.benchmarks.learning.drawn.strokes import PEN, SHAPES, on_canvas
from tests.hands.written_files import write_hands
from tests.helpers import same_tensors, write_npz, write_texts

#: Bytes of weights that a shipped run may have; a table of words and their pieces, and what stands
#: changed photos, take more.
MOST, MOST_OF_WORDS, MOST_OF_PHOTOS = 2_000_000, 4_000_000, 5_000_000
#: Of each world but pictures what its runs have beside what all have, and how right they must be.
BESIDE = {
    "maze": ([], 0.99),
    "text": (["vocabulary.json"], 0.8),
    "series": (["channels.json"], 0.98),
    "list": (["lists.json"], 0.1),
}
OF_ANY_LENGTH = ("text", "series", "list")


def test_each_recipe_has_its_run_and_each_run_its_recipe():
    assert {path.parent.name for path in SHIPPED.glob("*/config.json")} == set(RECIPES)


@pytest.mark.parametrize("name", list(RECIPES))
def test_a_shipped_run_is_whole_and_small(name, tmp_path):
    run = Run(SHIPPED / name)
    dataset, model, preset_name, changes = RECIPES[name]
    config, result = run.config(), run.result()
    assert (config.training.dataset, config.model.model) == (dataset, model)
    stages = THEN.get(name, ())
    made = preset_of(dataset_info(dataset, tmp_path), model, preset_name)
    today = with_settings(*made, changes | (stages[-1].settings if stages else {}))
    if config.model.world in OF_ANY_LENGTH:
        data = training_data(config.training, tmp_path)
        today = today[0].replace(**data.model_sizes), today[1]
    assert today == (config.model, config.training)  # whatever becomes of the preset
    if stages:  # no train of the command line makes it again
        assert result["command"] == f"python -m dpn.commands.pretrained {name}"
        assert config.notes[-len(stages) :] == tuple(stage.note for stage in stages)
    else:
        said = [f"--set {key}={value}" for key, value in changes.items()]
        assert all(word in result["command"] for word in (f"--preset {preset_name}", *said))
    if name in WITH_HANDS:
        assert result["trained_on"] == list(config.notes)
        assert "other people's handwriting" in config.notes[0]
        assert len(config.notes) == 1 + len(stages)
        assert ("leaning" in config.notes[0]) == stages[-1].leaning
        assert 0.2 < result["temperature"] < 5
    world = config.model.world
    most = {"text": MOST_OF_WORDS}.get(world, MOST_OF_PHOTOS if name == OF_PHOTOS else MOST)
    assert (run.path / "weights.safetensors").stat().st_size <= most
    beside, least = BESIDE.get(world, (["doubt.safetensors"], 0))
    seen = [SEEN] if name == OF_PHOTOS else []
    assert {file.name for file in run.path.iterdir()} == {
        *("config.json", "metrics.jsonl", "result.json", "weights.safetensors"),
        *beside,
        *seen,
    }
    if world != "picture":
        assert result["test_accuracy"] > least
        return
    images = np.random.default_rng(0).integers(0, 256, (3, *config.model.image_shape))
    logits = predict_logits(run.load_model(), torch.from_numpy(images.astype(np.uint8)))
    assert logits.shape == (3, len(config.class_names))
    assert logits.isfinite().all()
    assert np.asarray(result["confusion"]).shape == (len(config.class_names),) * 2


@pytest.fixture
def ship(tmp_path, monkeypatch):
    """Make a small shipped run of a model, in a folder of the test's own."""
    write_npz(tmp_path / "data")
    for module in (pretrained, fitted, runs):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")

    def make(model):
        recipe = ("small", model, "quick", {"steps": 3, "states": 5, "threads": 1})
        monkeypatch.setitem(RECIPES, "shipped-small", recipe)
        return make_shipped("shipped-small")

    return make


def test_a_recipe_makes_the_same_run_again(tmp_path, ship):
    weights = []
    for _ in range(2):
        run = ship("dpn")
        assert run.path == tmp_path / "shipped" / "shipped-small"
        assert run.config().model.states == 5
        assert run.origin == "shipped"
        assert "--set steps=3 --set states=5" in run.result()["command"]
        weights.append(dict(run.load_model().state_dict()))
    assert same_tensors(*weights)
    assert not (run.path / "snapshots").exists()


def test_what_a_run_needs_to_read_texts_is_shipped_with_it(tmp_path, ship, monkeypatch):
    write_texts(tmp_path / "data", "directions")
    recipe = ("directions", "words", "quick", {"steps": 3, "states": 5, "pairs": 0, "threads": 1})
    monkeypatch.setitem(RECIPES, "shipped-directions", recipe)
    run = make_shipped("shipped-directions")
    vocabulary = Vocabulary.read(run.path, run.config().model.vocabulary)
    assert "left" in vocabulary.words
    assert {file.name for file in run.path.iterdir()} == {
        *("config.json", "metrics.jsonl", "result.json", "weights.safetensors", "vocabulary.json")
    }
    usual = preset_of(dataset_info("directions", tmp_path / "data"))[1]
    assert run.config().training.batch_size == usual.batch_size == 8  # of so few texts


def test_a_name_that_is_not_shipped_is_said_in_a_sentence(capsys):
    assert pretrained.main(["shipped-mnist-dnp"]) == 2
    assert "did you mean" in capsys.readouterr().err


def test_what_is_too_large_is_kept_in_half_precision(tmp_path, monkeypatch, ship):
    whole = ship("residual").load_model().state_dict()
    size = (tmp_path / "shipped" / "shipped-small" / "weights.safetensors").stat().st_size
    monkeypatch.setattr(keeping, "MOST", size - 1)
    run = ship("residual")
    assert (run.path / "weights.safetensors").stat().st_size < 0.7 * size
    model = run.load_model()
    for name, value in model.state_dict().items():
        assert value.dtype == whole[name].dtype
        torch.testing.assert_close(value, whole[name], rtol=1e-3, atol=1e-4)
    data = load_dataset("small", tmp_path / "data")
    assert run.result()["test_accuracy"] == evaluate(model, data.x_test, data.y_test).accuracy
    loss = evaluate(model, data.x_test, data.y_test).loss
    assert run.result()["test_loss"] == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("name", ["shipped-mnist-dpn", "shipped-mnist-residual"])
def test_drawings_that_are_no_digit_are_not_called_one(name):
    """Far more of them: tests/benchmarks/learning/doubt.py. A square and a plus are taught, too."""
    run = Run(SHIPPED / name)
    model, doubt, spec = run.load_model(), read_doubt(run), input_spec(run.config())
    plain = {shape: SHAPES[shape] for shape in ("square", "plus")}  # taught, by another rule
    drawn_by = {**SHAPES, **{f"letter {letter}": PEN[letter] for letter in "EFHMRW"}}
    rng = np.random.default_rng(7)
    strange, plain = (
        np.stack(
            [
                prepare(on_canvas(strokes, rng), spec, "drawing").input
                for strokes in drawings.values()
                for _ in range(count)
            ]
        )
        for drawings, count in ((drawn_by, 4), (plain, 20))
    )
    digits = load_digits().images[:200]
    true = np.stack([prepare(hands.drawn(image), spec, "drawing").input for image in digits])
    sure = []
    for images in (strange, plain, true):
        values, logits = ask_whole(model, torch.from_numpy(images))
        known = doubt.known(values.numpy(), logits.numpy(), images)
        sure.append(claims(torch.softmax(logits, dim=1).numpy(), known).max(axis=1))
    assert (sure[0] < 0.6).mean() > 0.8
    assert (sure[1] < 0.6).mean() > 0.8
    assert (sure[2] > 0.6).mean() > 0.8


@pytest.fixture
def ship_with_hands(tmp_path, monkeypatch):
    """Make a small shipped run of a small MNIST that is mixed with a little handwriting."""
    data = tmp_path / "data"
    data.mkdir()
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (80, 28, 28)).astype(np.uint8), np.arange(80) % 10
    np.savez(data / "mnist.npz", x_train=x[:60], y_train=y[:60], x_test=x[60:], y_test=y[60:])
    monkeypatch.setenv("DPN_DATA_DIR", str(data))
    for module in (pretrained, fitted, runs):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setenv("DPN_RUNS_DIR", str(tmp_path / "runs"))
    for name in ("OF_A_PEN", "OF_A_LEANING_PEN", "OF_A_SCAN", "OF_A_RULE", "RESCANNED"):
        monkeypatch.setattr(mixing, name, 1)
    recipe = ("mnist", "dpn", "quick", {"steps": 3, "states": 5, "threads": 1})
    monkeypatch.setitem(RECIPES, "shipped-small", recipe)
    monkeypatch.setitem(WITH_HANDS, "shipped-small", 2)
    little = replace(QUICK, images=60, drawings=20, mixtures=40, hidden=4, steps=3, eye_steps=3)
    monkeypatch.setattr(fitted, "THOROUGH", little)
    monkeypatch.setattr(written, "FORMS", tuple(first // 20 for first in written.FORMS))
    return data


def test_a_run_with_hands_says_so_and_is_as_sure_as_it_is_right_on_hands_it_has_not_seen(
    ship_with_hands,
):
    write_hands(ship_with_hands, pens=60, scans=75)
    run = make_shipped("shipped-small")
    (note,) = run.config().notes
    assert "other people's handwriting" in note
    assert "MNIST's own images twice" in note
    assert run.result()["trained_on"] == [note]
    assert run.config().training.dataset == "mnist"
    assert np.asarray(run.result()["confusion"]).sum() == 20  # MNIST's test images alone
    images, labels = together(unseen(ship_with_hands, CHOOSE))
    logits = predict_logits(run.load_model(), torch.from_numpy(images)).numpy()
    temperature = run.result()["temperature"]
    assert temperature != 1
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature)
    data = load_dataset("mnist", ship_with_hands)
    found = evaluate(run.load_model(), data.x_test, data.y_test)
    assert run.result()["test_loss"] == pytest.approx(found.loss)


def test_a_run_that_goes_on_begins_from_the_weights_of_its_recipe(ship_with_hands, monkeypatch):
    write_hands(ship_with_hands, pens=60, scans=75)
    first = dict(make_shipped("shipped-small").load_model().state_dict())
    still = {"steps": 1, "learning_rate": 1e-12, "robust": "changes"}
    wider = still | {"decisions": 6}
    stages = Further(still, 2, 0.7, "It went on."), Further(wider, 1, 1.0, "Again.", leaning=True)
    monkeypatch.setitem(THEN, "shipped-small", stages)
    run = make_shipped("shipped-small")
    training = run.config().training
    assert (training.steps, training.robust) == (1, "changes")
    note, *said = run.config().notes
    assert said == ["It went on.", "Again."]
    assert "leaning" in note
    found = dict(run.load_model().state_dict())
    for name in ("R", "b", "P"):  # the first four of six decisions
        found[name] = found[name].unflatten(-1, (6, 5))[..., :4, :].flatten(-2)
    scale = found["W"] / first["W"]  # of a temperature, which is all that is left to differ
    assert scale.std() < 1e-3 * scale.mean()
    for name in found.keys() - {"W", "w0"}:
        torch.testing.assert_close(found[name], first[name], rtol=1e-4, atol=1e-5)


def test_a_run_that_learns_from_another_comes_to_answer_as_that_one(ship_with_hands, monkeypatch):
    write_hands(ship_with_hands, pens=60, scans=75)
    first = make_shipped("shipped-small")
    teacher = first.load_model()
    with torch.no_grad():  # sure of what no label says
        teacher.get_parameter("w0")[3] += 20
    shutil.copytree(first.path, first.path.parent / "shipped-teacher")
    Run(first.path.parent / "shipped-teacher").save_weights(teacher.state_dict())
    images = load_dataset("mnist", ship_with_hands).x_test
    assert not is_all(first, images, 3)
    learned = {"steps": 60, "learning_rate": 0.05}
    for taught in (0.0, 1.0):
        further = Further(learned, 3, 1.0, "It learned.", ("shipped-teacher",), taught, 0.5)
        monkeypatch.setitem(THEN, "shipped-small", (further,))
        assert is_all(make_shipped("shipped-small"), images, 3) == (taught == 1)


def test_a_teacher_that_is_not_shipped_is_trained_once_and_kept_with_the_other_runs(
    ship_with_hands, monkeypatch
):
    write_hands(ship_with_hands, pens=60, scans=75)
    monkeypatch.setitem(TEACHERS, "teacher-small", {"steps": 2, "threads": 1})
    calibrate = pretrained.calibrate
    temperatures = []
    note_it = lambda *how: temperatures.append(calibrate(*how))  # noqa: E731
    monkeypatch.setattr(pretrained, "calibrate", note_it)
    first = teacher("teacher-small")
    run = find_run("teacher-small", settings.runs_dir())
    assert run.path.parent == settings.runs_dir()
    assert first.config.model == "residual"
    (note,) = run.config().notes
    assert "leaning" in note
    last = load_file(run.path / "checkpoint.safetensors")  # as the training left it
    sure = first.get_parameter("W") * temperatures[0]
    torch.testing.assert_close(sure, last["model.W"])
    assert same_tensors(dict(first.state_dict()), dict(teacher("teacher-small").state_dict()))
    assert len(temperatures) == 1


def is_all(run, images, answer):
    return bool((predict_logits(run.load_model(), images).argmax(dim=1) == answer).all())


def test_between_two_states_lies_a_share_of_the_way():
    before = {"W": torch.tensor([0.0, 2.0]), "count": torch.tensor(3)}
    after = {"W": torch.tensor([10.0, 2.0]), "count": torch.tensor(5)}
    mixed = between(before, after, 0.7)
    assert mixed["W"].tolist() == [7.0, 2.0]
    assert mixed["count"] == 5


def test_handwriting_that_is_missing_is_said_in_a_sentence_and_nothing_is_lost(
    ship_with_hands, capsys
):
    there = runs.SHIPPED / "shipped-small"
    there.mkdir(parents=True)
    (there / "config.json").write_text("{}")
    assert pretrained.main(["shipped-small"]) == 2
    assert "pendigits_train.csv is missing: it holds other people's" in capsys.readouterr().err
    assert (there / "config.json").read_text() == "{}"
