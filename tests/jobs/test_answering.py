"""Answers: those of the model itself, as it is or was then, or a sentence."""

import numpy as np
import pytest
import torch

from dpn.doubt.kept import save_doubt
from dpn.errors import ConfigError, ImageError, RunError
from dpn.explain.exact import explain
from dpn.jobs.questions import Question
from dpn.models.build import build_model
from dpn.models.config import MODEL_NAMES
from dpn.runs.run import Run
from dpn.runs.snapshots import save_snapshot
from dpn.runs.start import create_run
from tests.doubt.made import doubt_for
from tests.explain.samples import assert_same
from tests.helpers import NAMES, pictures, short_training, small_model
from tests.jobs.served import IMAGES, answers_of, save, saved_run


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_answers_are_the_models(server, tmp_path, name):
    run, model = saved_run(tmp_path, name, seed=3)
    answer = server.predict(run, IMAGES)
    np.testing.assert_allclose(answer.probabilities, answers_of(model), atol=1e-6)
    np.testing.assert_allclose(answer.probabilities.sum(1), 1, atol=1e-6)
    assert answer.probabilities.dtype == np.float32
    assert answer.step is None
    one = server.predict(run, IMAGES[:1])
    np.testing.assert_allclose(one.probabilities, answer.probabilities[:1], atol=1e-6)


def test_images_that_may_only_be_read_or_lie_oddly_in_memory_are_welcome(server, tmp_path):
    run, model = saved_run(tmp_path)
    images = np.asfortranarray(IMAGES)[:, :, :, ::-1]
    images.flags.writeable = False
    answer = server.predict(run, images)
    np.testing.assert_allclose(answer.probabilities, answers_of(model, images.copy()), atol=1e-6)


def test_doubt_that_comes_after_the_first_question_is_read_all_the_same(server, tmp_path):
    run, model = saved_run(tmp_path)
    assert server.predict(run, IMAGES).known is None  # a training's last weights, a moment old
    save_doubt(run, doubt_for(model.config.summaries + model.config.classes))
    assert (server.predict(run, IMAGES).known > 0.99).all()
    assert (server.explain(run, IMAGES, Question()).known > 0.99).all()


def test_an_account_with_the_maximum_it_was_trained_with_has_its_doubt_and_no_other(
    server, tmp_path
):
    run, model = saved_run(tmp_path)
    save_doubt(run, doubt_for(model.config.summaries + model.config.classes))
    own = model.config.operator, model.config.temperature
    for operator, temperature, same in (
        (*own, True),
        (own[0], None, True),
        (None, own[1], True),
        ("soft", own[1], False),
        (own[0], own[1] / 2, False),
    ):
        found = server.explain(run, IMAGES, Question(operator=operator, temperature=temperature))
        assert (found.known is not None) == same


def with_snapshots(folder):
    """A run with two snapshots and other weights now; the three models."""
    run, now = saved_run(folder, seed=1)
    earlier = [build_model(small_model(), seed).eval() for seed in (2, 3)]
    for step, model in zip((0, 50), earlier, strict=True):
        save_snapshot(run.path, step, dict(model.state_dict()), np.zeros((3, 3), np.int64))
    return run, [*earlier, now]


def test_a_snapshot_answers_explains_and_is_scored_as_the_model_was_then(server, tmp_path):
    run, models = with_snapshots(tmp_path)
    labels = torch.from_numpy(pictures(9, seed=5)[1])
    for moment, model in zip((0, 50, None), models, strict=True):
        answer = server.predict(run, IMAGES, moment)
        np.testing.assert_allclose(answer.probabilities, answers_of(model), atol=1e-6)
        found = server.explain(run, IMAGES, Question(), moment)
        np.testing.assert_allclose(found.probabilities, answers_of(model), atol=1e-6)
        scores = server.evaluate(run, torch.tensor(IMAGES), labels, moment)
        np.testing.assert_allclose(scores.probabilities, answers_of(model), atol=1e-6)
    with pytest.raises(RunError, match="no snapshot of step 7"):
        server.predict(run, IMAGES, 7)


def test_an_explanation_is_what_was_asked(server, tmp_path):
    run, model = saved_run(tmp_path, seed=3)
    question = Question(target=2, contrast=0, operator="soft", temperature=0.3)
    found = server.explain(run, IMAGES, question)
    ours = explain(model, IMAGES, 2, 0, operator="soft", temperature=0.3)
    assert_same(found, ours, atol=1e-5)
    assert (server.explain(run, IMAGES, Question()).contrast != None).all()  # noqa: E711
    assert server.explain(run, IMAGES, Question(contrast=None)).contrast is None
    with pytest.raises(ConfigError, match="target must be a class 0..2"):
        server.explain(run, IMAGES, Question(target=3))
    with pytest.raises(ImageError, match="shape"):
        server.explain(run, IMAGES[..., :5], Question())


@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("contrast", [None, 2])
def test_logits_alone_are_those_that_are_explained(server, tmp_path, name, contrast):
    run, model = saved_run(tmp_path, name)
    for operator, temperature in ((None, None), ("soft", 0.7), ("sparse", 2.0)):
        question = Question(1, contrast, operator, temperature)
        explained = server.explain(run, IMAGES, question)
        logits = server.logits(run, IMAGES, question)
        np.testing.assert_allclose(logits, explained.logits, atol=1e-5)
        assert server._models._kept[run.id, None][1].config == model.config
    with pytest.raises(ConfigError, match="temperature"):
        server.logits(run, IMAGES, Question(1, contrast, "soft", -1.0))
    with pytest.raises(RunError, match="takes images of"):
        server.logits(run, IMAGES[:, :, :4], Question(1, contrast))


def test_the_ground_is_the_mean_of_the_data(server, tmp_path):
    run, _ = saved_run(tmp_path, channels=3)
    assert server.ground(run).tolist() == [0, 0, 0]
    model = build_model(small_model(channels=3), 1)
    model.mean.copy_(torch.tensor([0.1, 0.5, 0.9]).view(-1, 1, 1))
    save(run, model)
    assert server.ground(run).tolist() == [26, 128, 230]
    assert server.ground(run).dtype == np.uint8


def test_what_cannot_be_answered_is_a_sentence_and_the_server_goes_on(server, tmp_path):
    run, model = saved_run(tmp_path)
    for shape in ((2, 1, 8, 9), (2, 3, 8, 8), (2, 8, 8), (1, 8, 8), (8,)):
        with pytest.raises(RunError, match=r"takes images of \(1, 8, 8\)"):
            server.predict(run, np.zeros(shape, np.uint8))
    empty = create_run(tmp_path, small_model(), short_training(), NAMES, "mnist")
    with pytest.raises(RunError, match="before its first checkpoint"):
        server.predict(empty, IMAGES)
    with pytest.raises(RunError, match=r"has no config\.json"):
        server.predict(Run(tmp_path / "nowhere"), IMAGES)
    np.testing.assert_allclose(
        server.predict(run, IMAGES).probabilities, answers_of(model), atol=1e-6
    )
