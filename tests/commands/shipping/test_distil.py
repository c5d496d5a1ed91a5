"""Learning from other models' answers, and averages of weights."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from dpn.commands.shipping.distil import Average, Teacher
from dpn.models.build import build_model
from tests.helpers import small_model

CPU = torch.device("cpu")


def teacher():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(4, 3))


def test_the_loss_is_that_of_the_labels_and_the_distance_to_the_teachers_answers():
    model, images = teacher(), torch.rand(5, 1, 2, 2)
    logits, loss = torch.randn(5, 3, requires_grad=True), torch.tensor(2.0)
    found = Teacher([model], 0.7, CPU)(loss, logits, images)
    told, said = (F.softmax(x, dim=1) for x in (model.eval()(images), logits))
    away = (told * (told / said).log()).sum(dim=1).mean()
    assert found.item() == pytest.approx(0.3 * 2 + 0.7 * away.item(), rel=1e-5)
    found.backward()
    assert logits.grad.abs().sum() > 0
    assert all(weight.grad is None for weight in model.parameters())


def test_who_answers_as_the_teacher_has_no_more_to_learn_from_it():
    model, images = teacher(), torch.rand(5, 1, 2, 2)
    same = model.eval()(images).detach()
    assert Teacher([model], 1.0, CPU)(torch.tensor(2.0), same, images).item() == pytest.approx(
        0, abs=1e-6
    )


def test_several_teachers_answer_by_their_geometric_mean():
    first, images = teacher(), torch.rand(5, 1, 2, 2)
    second = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    answers = [F.softmax(model.eval()(images), dim=1) for model in (first, second)]
    mean = (answers[0] * answers[1]).sqrt()
    mean = (mean / mean.sum(dim=1, keepdim=True)).detach()
    teachers = Teacher([first, second], 1.0, CPU)
    assert teachers(torch.tensor(2.0), mean.log(), images).item() == pytest.approx(0, abs=1e-6)
    assert teachers(torch.tensor(2.0), answers[0].log(), images).item() > 1e-3
    uneven = (answers[0] ** 2 * answers[1]) ** (1 / 3)
    uneven = (uneven / uneven.sum(dim=1, keepdim=True)).detach()
    twice = Teacher([first, second, first], 1.0, CPU)
    assert twice(torch.tensor(2.0), uneven.log(), images).item() == pytest.approx(0, abs=1e-6)


def test_an_average_follows_the_weights_and_looks_back_as_far_as_it_is_told():
    model = nn.BatchNorm1d(1)
    average = Average(model, 0.5)
    for value in (1.0, 2.0, 4.0):
        with torch.no_grad():
            model.weight.fill_(value)
            model.num_batches_tracked.fill_(int(value))
        average.take()
    first = 1.0  # at the first step a tenth of what was there before stays
    second = 2 / 11 * first + 9 / 11 * 2
    third = 3 / 12 * second + 9 / 12 * 4
    assert average.state["weight"].item() == pytest.approx(third)
    assert average.state["num_batches_tracked"] == 4
    for _ in range(50):
        average.take()
    assert average.state["weight"].item() == pytest.approx(4)


def test_an_average_of_a_model_whose_images_grow_has_their_size_of_now():
    model = build_model(small_model("residual", height=32, width=32, first_size=0.5), seed=1)
    average = Average(model, 0.5)
    for done in (0.0, 0.5, 1.0):
        model.begin_step(done)
        average.take()
        assert average.state.keys() == model.state_dict().keys()
        model.load_state_dict(average.state)
    assert model.reads is None


def test_only_records_of_the_kind_are_taken_in():
    model = nn.Linear(1, 1)
    average = Average(model, 0.5)
    taken = []
    average.take = lambda: taken.append(1)
    assert list(average.after(["a", 1, "b", 2.0], str)) == ["a", 1, "b", 2.0]
    assert len(taken) == 2
