"""The recursion on series: padding, measures, resuming, and an account that adds up."""

from itertools import combinations

import numpy as np
import pytest
import torch

from dpn.data.loading import Dataset, load_dataset
from dpn.evaluation.evaluate import evaluate
from dpn.explain.exact import explain
from dpn.models.build import build_model, model_size
from dpn.models.config import ModelConfig
from dpn.models.presets import preset
from dpn.recursion.operators import OPERATORS
from dpn.series.sets import bring, together
from dpn.training.trainer import Trainer
from tests.helpers import same_tensors, short_training, small_frames, write_series

LENGTHS = (7, 1, 4, 12)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    return load_dataset(bring(write_series(folder), folder)[0], folder)


def batch():
    rng = np.random.default_rng(1)
    return torch.from_numpy(together([rng.normal(3, 2, (n, 2)).astype("f4") for n in LENGTHS]))


def test_a_usual_series_has_about_forty_frames_unless_it_is_said():
    assert ModelConfig(model="frames", length=1460).frame_steps == 37
    assert ModelConfig(model="frames", length=1460).usual_parts == 40
    assert ModelConfig(model="frames", length=8).frame_steps == 1
    assert ModelConfig(model="frames", length=9, frame=4).usual_parts == 3


@pytest.mark.parametrize(
    ("frame", "kernels", "ends", "ramps"),
    [
        *((0, 0, False, False), (3, 0, False, False), (3, 2, False, False)),
        *((3, 2, True, False), (3, 2, False, True), (3, 2, True, True)),
    ],
)
def test_a_series_scores_alone_as_it_does_padded(frame, kernels, ends, ramps):
    changes = {"frame": frame, "kernels": kernels, "ends": ends, "ramps": ramps}
    model = build_model(small_frames(**changes)).eval()
    x = batch()
    known = x[:3, :7] if ends else x  # one is longer than all that were learned from
    model.begin(known, torch.tensor([0, 1, 2, 0])[: len(known)])
    together_ = model(model.prepared(x))
    assert together_.isfinite().all()
    for i in range(len(x)):
        alone = model(model.prepared(x[i : i + 1]))
        torch.testing.assert_close(alone[0], together_[i], rtol=0, atol=1e-6)
        longer = torch.nn.functional.pad(x[i : i + 1], (0, 0, 0, 9), value=torch.nan)
        assert torch.equal(model(model.prepared(longer))[0], alone[0])
        uncut = model((longer - model.mean) / model.std)[0]  # summed in another order
        torch.testing.assert_close(uncut, alone[0], rtol=0, atol=1e-6)


def test_channels_are_measured_by_the_training_data_and_a_still_one_stays():
    model = build_model(small_frames())
    x = batch()
    x[..., 1] = torch.where(x[..., 1].isnan(), torch.nan, 5.0)
    model.fit_normalisation(x)
    seen = model.prepared(x)
    seen = seen[~seen.isnan().any(dim=2)]
    torch.testing.assert_close(seen.mean(dim=0), torch.zeros(2), rtol=0, atol=1e-5)
    torch.testing.assert_close(seen.square().mean(dim=0), torch.tensor([1.0, 0.0]))
    assert model.parts(model.prepared(x)).isfinite().all()


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize("transitions", ["linear", "stochastic"])
@pytest.mark.parametrize("operator", list(OPERATORS))
def test_the_account_of_ragged_series_adds_up(operator, transitions, ends):
    kernels = {"kernels": 1 if operator == "hard" else 0, "ends": ends, "ramps": ends}
    config = small_frames(operator=operator, transitions=transitions, frame=2, **kernels)
    model = build_model(config, 3).double().eval()
    model.begin(batch(), torch.tensor([0, 1, 2, 0]))
    for weight in model.parameters():  # far from the start
        weight.data += torch.randn(weight.shape, dtype=weight.dtype) * 0.5
    for contrast in (None, "runner_up"):
        found = explain(model, batch(), contrast=contrast)
        np.testing.assert_allclose(found.total, found.score, rtol=0, atol=1e-9)
        for i, steps in enumerate(LENGTHS):
            frames = -(-steps // 2)
            for field in (found.contributions, found.bias, found.smoothing):
                assert not field[i, frames:].any()
            assert found.contributions[i, :frames].all()


def test_what_it_costs_is_counted_of_a_usual_series():
    assert model_size(small_frames(length=14))[1] > model_size(small_frames())[1]
    assert model_size(small_frames(channels=3))[0] > model_size(small_frames())[0]


@pytest.mark.parametrize(("augmentation", "kernels"), [("none", 0), ("warp", 0), ("bend", 1)])
def test_it_learns_and_goes_on_bit_for_bit(data, augmentation, kernels):
    config = small_frames(**data.model_sizes, kernels=kernels)
    settings = {"preparation": "auto", "steps": 60, "learning_rate": 0.05}
    training = short_training(augmentation=augmentation, **settings)
    first, second = (Trainer(config, training, data) for _ in range(2))
    for _ in range(6):
        first.step()
    second.load_state(first.state())
    for trainer in (first, second):
        while not trainer.done:
            trainer.step()
    states = [{k: v for k, v in one.state().items() if k != "progress"} for one in (first, second)]
    assert same_tensors(*states)
    assert first.test().accuracy == 1.0


def test_what_kernels_see_behind_an_end_is_the_last_frames():
    """Written down for one series: rest around it up to the longest, shares of all steps."""
    model = build_model(small_frames(frame=3, kernels=1, ends=True)).double().eval()
    x = batch().double()
    model.begin(x, torch.tensor([0, 1, 2, 0]))
    kernels, seen = model.kernels, model.prepared(x[:1])
    parts = model.parts(seen)[0, :, -kernels.count :].detach()
    line = np.full((12 + 2 * 128, 2), -2.5)
    line[128:135] = seen[0, :7]
    places = list(combinations(range(9), 3))
    for column in range(0, kernels.count, 5):
        weights = np.where(np.isin(np.arange(9), places[column % 84]), 2.0, -1.0)
        summed = line @ kernels.chosen[column].numpy()
        around = 128 + 2 ** (column // 84) * (np.arange(9) - 4)
        above = [weights @ summed[t + around] > kernels.thresholds[0, column] for t in range(12)]
        shares = np.reshape(above, (4, 3)).mean(axis=1) - float(kernels.mean[0, column])
        wanted = np.array([shares[0], shares[1], shares[2] + shares[3]])
        wanted *= float(kernels.scale[0, column])
        np.testing.assert_allclose(parts[:, column], wanted, rtol=0, atol=1e-7)


def test_the_steps_leave_a_good_start_of_few_series_as_good():
    """Four kinds of waves in six channels, of several lengths; labels as presets smooth them."""
    kinds = np.random.default_rng(99).normal(size=(4, 3, 6))

    def waves(count, seed):
        rng = np.random.default_rng(seed)
        x = torch.full((count, 20, 6), torch.nan)
        for i, series in enumerate(x):
            n = int(rng.integers(10, 21))
            t = np.linspace(0, 1, n)[:, None]
            wave = np.cos(np.pi * t * np.arange(3)) @ (kinds[i % 4] + 0.9 * rng.normal(size=(3, 6)))
            series[:n] = torch.from_numpy(wave + 0.5 * rng.normal(size=(n, 6)))
        return x, torch.arange(count) % 4

    few, others = waves(40, 0), waves(200, 1)
    sizes = {"channels": 6, "length": 15}
    data = Dataset("few", tuple("abcd"), "", *few, *others, *others, world="series", sizes=sizes)
    model, training = preset("few", None, 4, "frames", images=41, world="series")
    model = model.replace(**data.model_sizes, states=16)
    trainer = Trainer(model, training.replace(steps=40, device="cpu", threads=1), data)
    before = trainer.test()
    assert before.accuracy > 0.9
    while not trainer.done:
        trainer.step()
    after = trainer.test()
    assert after.accuracy >= before.accuracy - 0.01
    assert after.loss < before.loss + 0.01


@pytest.mark.parametrize("told", [{"lengths": 5}, {"ends": True}])
def test_how_long_a_series_is_can_tell_its_class(told):
    """Noise whose length alone differs: what starts from least squares tells it, exactly."""
    rng = np.random.default_rng(0)
    steps = np.where(np.arange(24) % 2, 9, 18) + rng.integers(0, 3, 24)
    x = torch.full((24, 21, 2), torch.nan)
    for series, n in zip(x, steps, strict=True):
        series[:n] = torch.from_numpy(rng.standard_normal((n, 2)))
    y = torch.arange(24) % 2
    sizes = {"classes": 2, "states": 8, "length": 14, "kernels": 1}
    model = build_model(small_frames(**sizes, **told)).eval()
    model.begin(x[:16], y[:16])
    assert evaluate(model, x[16:], y[16:]).accuracy == 1.0
    found = explain(model.double(), x.double(), details=False)
    np.testing.assert_allclose(found.total, found.score, rtol=0, atol=1e-9)
