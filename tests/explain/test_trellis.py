"""The trellis: its flow is the decision flow, and what is shown is the strongest."""

import numpy as np
import pytest

from dpn.explain.exact import explain
from dpn.explain.trellis import build_trellis, way_flow
from tests.explain.samples import WITH_PARTS, make_images, make_model


@pytest.fixture(params=["hard", "soft", "sparse"])
def found(request):
    return explain(
        make_model(operator=request.param, decisions=3), make_images(3), contrast="runner_up"
    )


@pytest.mark.parametrize("name", WITH_PARTS)
def test_the_ways_out_of_a_state_add_up_to_its_flow(name):
    found = explain(make_model(name, operator="soft", part_size=1), make_images(2))
    for index in range(2):
        for t in range(1, found.values.shape[1]):
            ways = way_flow(found, t, index)
            np.testing.assert_allclose(ways.sum(axis=1), found.flow[index, t - 1], atol=1e-10)


def test_the_flow_of_a_way_from_its_definition(found):
    t, index = 2, 1
    S, A = found.values.shape[2], found.q.shape[2]
    for before in range(S):
        for after in range(S):
            e = sum(
                found.flow[index, t, after]
                * found.policy[index, t, a, after]
                * found.P[before, a, after]
                for a in range(A)
            )
            assert way_flow(found, t, index)[before, after] == pytest.approx(e, abs=1e-12)


def test_all_states_have_gathered_the_score_so_far(found):
    trellis = build_trellis(found, 5, index=2)
    so_far = np.cumsum((found.contributions + found.bias + found.smoothing)[2])
    np.testing.assert_allclose(trellis.gathered.sum(axis=1), so_far, atol=1e-9)


def test_the_strongest_states_are_shown_those_for_the_answer_first(found):
    whole, some = build_trellis(found, 5), build_trellis(found, 3)
    strength = np.abs(found.flow[0] * found.values[0]).max(axis=0)
    assert set(some.states) == set(np.argsort(-strength)[:3])
    assert (np.diff(some.gathered[-1]) <= 0).all()
    assert sorted(whole.states) == list(range(5))
    assert some.values.shape == (3, 3)


def test_each_number_belongs_to_its_state_and_decision(found):
    trellis = build_trellis(found, 4, index=1)
    for row, state in enumerate(trellis.states):
        for t in range(3):
            a = found.policy[1, t, :, state].argmax()
            assert trellis.decisions[t, row] == a
            assert trellis.rewards[t, row] == found.rewards[1, t, a, state]
            assert trellis.values[t, row] == found.values[1, t, state]
            assert trellis.flow[t, row] == found.flow[1, t, state]


def test_the_strongest_ways_are_kept(found):
    trellis = build_trellis(found, 4)
    for t in (1, 2):
        kept = [way for way in trellis.ways if way[0] == t]
        assert len(kept) == 4
        into = way_flow(found, t)[np.ix_(trellis.states, trellis.states)]
        weakest = min(abs(way[3]) for way in kept)
        assert (np.abs(into) > weakest).sum() == 3
        for _, before, after, flow, carried in kept:
            assert flow == pytest.approx(into[before, after])
            assert carried == pytest.approx(flow * trellis.values[t - 1, before])


def test_one_state_and_one_step():
    found = explain(make_model(states=1, part_size=64), make_images(1))
    trellis = build_trellis(found, 8)
    assert trellis.states.tolist() == [0]
    assert trellis.ways == []
