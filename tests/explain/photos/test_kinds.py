"""What counts in squares of a photo: how they are changed, and what is read from the answers."""

import numpy as np
import pytest
from scipy import ndimage

from dpn.explain.photos.kinds import Change, Kinds, blurred, changed, judged, swapped
from dpn.explain.regions import LUMA

GROUND = np.array([10, 20, 30], np.uint8)


def photo(seed=0, channels=3, side=32):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (channels, side, side)).astype(np.uint8)


def square(top, left, side, of=32):
    mask = np.zeros((of, of), bool)
    mask[top : top + side, left : left + side] = True
    return mask


@pytest.mark.parametrize("squares", [[square(4, 8, 8)], [square(0, 0, 8), square(16, 20, 8)]])
def test_only_the_squares_are_changed_and_each_alone(squares):
    image, mask = photo(), np.any(squares, axis=0)
    made = changed(image, squares, GROUND)
    halves = ["upper", "lower", "left", "right"] if len(squares) == 1 else []
    assert list(made) == ["detail", "pattern", "order", "colour", "grey", "hue", *halves]
    for name, images in made.items():
        assert len(images) == (9 if name == "order" else 1)
        for new in images:
            assert new.dtype == np.uint8
            np.testing.assert_array_equal(new[:, ~mask], image[:, ~mask])
            for one in squares:
                assert (new[:, one] != image[:, one]).any()
    for one in squares:  # the other square is none of its neighbours
        rows, columns = (slice(at.min(), at.max() + 1) for at in np.nonzero(one))
        part = image[:, rows, columns].astype(float)
        for name, deviation in (("detail", 1), ("pattern", 3)):
            smooth = ndimage.gaussian_filter(part, (0, deviation, deviation), mode="nearest")
            np.testing.assert_array_equal(made[name][0][:, rows, columns], np.rint(smooth))
        grey = np.rint(np.tensordot(LUMA, part, 1))
        assert (made["colour"][0][:, rows, columns] == grey).all()
        assert (made["grey"][0][:, rows, columns] == np.rint(grey.mean())).all()
        mean = np.rint(part.mean(axis=(1, 2), keepdims=True))
        assert (made["hue"][0][:, rows, columns] == mean).all()


def test_the_blurs_grow_with_the_image():
    large = photo(side=64)
    (new,) = changed(large, [np.ones((64, 64), bool)], GROUND)["detail"]
    smooth = ndimage.gaussian_filter(large.astype(float), (0, 2, 2), mode="nearest")
    assert np.abs(new - smooth).max() <= 0.5


def test_a_blur_leaves_an_even_part_as_it_is():
    even = np.full((3, 8, 5), 7.0)
    np.testing.assert_allclose(blurred(even, 3), even)


def test_no_quarter_stays_in_its_place_and_all_ways_are_other_ones():
    image, one = photo(), square(8, 16, 8)
    ways = changed(image, [one], GROUND)["order"]
    quarters = {}
    for name, picture in enumerate([image, *ways]):
        part = picture[:, 8:16, 16:24]
        quarters[name] = [
            part[:, y : y + 4, x : x + 4].tobytes() for y, x in ((0, 0), (0, 4), (4, 0), (4, 4))
        ]
    as_it_is = quarters.pop(0)
    for new in quarters.values():
        assert sorted(new) == sorted(as_it_is)
        assert not any(a == b for a, b in zip(new, as_it_is, strict=True))
    assert len({tuple(new) for new in quarters.values()}) == 9


def test_the_odd_middle_of_a_square_stays():
    part = np.arange(25.0).reshape(1, 5, 5)
    new = swapped(part, (3, 2, 1, 0))
    np.testing.assert_array_equal(new[:, 2], part[:, 2])
    np.testing.assert_array_equal(new[:, :, 2], part[:, :, 2])
    np.testing.assert_array_equal(new[:, :2, :2], part[:, 3:, 3:])
    assert sorted(new.ravel()) == sorted(part.ravel())


def test_halves_are_greyed_out_and_meet():
    image = photo()
    made = changed(image, [square(4, 8, 8)], GROUND)
    gone = {name: (new[0] == GROUND[:, None, None]).all(axis=0) for name, new in made.items()}
    np.testing.assert_array_equal(gone["upper"], square(4, 8, 8) & (np.indices((32, 32))[0] < 8))
    np.testing.assert_array_equal(gone["right"], square(4, 8, 8) & (np.indices((32, 32))[1] >= 12))
    for one, other in (("upper", "lower"), ("left", "right")):
        np.testing.assert_array_equal(gone[one] | gone[other], square(4, 8, 8))
        assert not (gone[one] & gone[other]).any()


def test_a_grey_photo_has_no_colours_and_all_of_a_picture_no_halves():
    made = changed(photo(channels=1), [np.ones((32, 32), bool)], GROUND[:1])
    assert list(made) == ["detail", "pattern", "order", "grey"]


def test_the_lead_is_over_whoever_comes_next_and_the_middle_way_is_told():
    image = photo()
    made = {"detail": [image], "order": [photo(seed) for seed in range(1, 10)], "upper": [image]}
    logits = np.zeros((12, 3))
    logits[0] = 4, 1, 0  # as it is: ahead by 3
    logits[1] = 4, 1, 2.5  # another class comes next then: half of the lead is lost
    logits[2:11, 0] = [9, -7, 2, 8, -5, -6, -8, -1, 7]  # the middle one of the nine is -1
    logits[11] = 4, 1, 1
    kinds = judged(made, logits, 0, [1, 2])
    assert kinds.lead == 3
    assert kinds.changes["detail"].lost == pytest.approx(0.5)
    assert kinds.changes["detail"].ahead == 0
    order = kinds.changes["order"]
    assert (order.lead, order.ahead) == (-1, 1)
    assert order.lost == pytest.approx(4 / 3)
    np.testing.assert_array_equal(order.image, made["order"][7])
    assert list(kinds.halves) == ["upper"]
    alone = judged(made, logits, 0, [1])  # against one other class, the third is not asked
    assert alone.changes["detail"].lost == 0


def kinds(**lost):
    all_of_it = {
        name: Change(photo(), 1 - share, 0, share)
        for name, share in (
            {"detail": 0.3, "pattern": 0.3, "order": 0.3, "colour": 0.3} | lost
        ).items()
    }
    halves = {
        name: all_of_it.pop(name) for name in ("upper", "lower", "left", "right") if name in lost
    }
    even = {name: all_of_it.pop(name) for name in ("grey", "hue") if name in lost}
    return Kinds(1.0, all_of_it, even, halves)


def test_of_a_lead_by_a_hair_only_what_takes_much_beside_the_rest_counts():
    found = kinds(detail=300.0, pattern=280.0, order=150.0, colour=15.0)
    assert (found.counting, found.spared) == (["detail", "order"], [])
    assert not found.needs_all
    assert kinds(detail=4.0, colour=1.0).counting == ["detail", "colour"]
    assert kinds(detail=4.1, colour=1.0).counting == ["detail"]


def test_what_loses_half_of_the_lead_counts_and_what_loses_a_quarter_does_not():
    assert (kinds().counting, kinds().spared) == ([], [])
    found = kinds(detail=0.2, pattern=0.5, order=0.49, colour=0.25)
    assert (found.counting, found.spared) == (["pattern"], ["detail", "colour"])
    found = kinds(detail=0.6, pattern=1.2, order=2, colour=-1)
    assert (found.counting, found.spared) == (["detail", "order"], ["colour"])
    found = kinds(detail=0.1, pattern=0.1, order=0.7)
    assert (found.counting, found.spared) == (["order"], ["pattern"])
    found = kinds(detail=0.6, pattern=0.1)  # a light blur can do what a strong one does not
    assert (found.counting, found.spared) == (["detail"], [])


def test_an_even_look_is_enough_only_where_nothing_counts():
    assert kinds(grey=0.4, hue=0.1).enough == "grey"
    assert kinds(grey=0.5, hue=0.49).enough == "hue"
    assert kinds(grey=0.6, hue=0.5).enough is None
    assert kinds(grey=0.4, hue=0.1, colour=0.5).enough is None


def test_a_half_is_told_where_the_other_one_does_not_count():
    halves = {"upper": 0.3, "lower": 0.9, "left": 0.5, "right": 0.25}
    assert kinds(**halves).half == "left"
    assert kinds(**(halves | {"right": 0.26})).half is None
    assert kinds(**(halves | {"upper": 0.2})).half == "lower"
    assert kinds().half is None
