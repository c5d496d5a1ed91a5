"""Augmentations: what they may change, what they must not, and that a seed repeats them."""

import pytest
import torch

from dpn.training.batches.augment import (
    AUGMENTATIONS,
    affine,
    affine_shift,
    flip_crop,
    none,
    on_ground,
    shift,
)

SHAPES = [(6, 1, 8, 8), (5, 1, 28, 28), (4, 3, 32, 32), (3, 1, 9, 23), (1, 3, 64, 64)]
CHANGING = [name for name in AUGMENTATIONS if name != "none"]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def drawing(count, side=28):
    """Ink in the middle third, ground of exactly 0 around it."""
    images = torch.zeros(count, 1, side, side)
    third = side // 3
    images[:, :, third : 2 * third, third : 2 * third] = torch.rand(count, 1, third, third)
    return images


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", list(AUGMENTATIONS))
def test_shape_type_and_range_stay(name, shape):
    for images in (torch.rand(shape), torch.ones(shape), torch.zeros(shape)):
        before = images.clone()
        changed = AUGMENTATIONS[name](images, seeded())
        assert changed.shape == shape
        assert changed.dtype == torch.float32
        assert changed.min() >= 0
        assert changed.max() <= 1
        assert torch.equal(images, before)


@pytest.mark.parametrize("name", CHANGING)
def test_a_seed_gives_one_result_and_another_seed_another(name):
    images = torch.rand(8, 1, 28, 28)
    once, again, other = (AUGMENTATIONS[name](images, seeded(seed)) for seed in (3, 3, 4))
    assert torch.equal(once, again)
    assert not torch.equal(once, other)
    assert not torch.equal(once, images)


@pytest.mark.parametrize("name", CHANGING)
def test_the_numbers_come_from_the_generator_alone(name):
    torch.manual_seed(0)
    before = torch.random.get_rng_state()
    AUGMENTATIONS[name](torch.rand(8, 1, 28, 28, generator=seeded()), seeded(1))
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("name", CHANGING)
def test_images_of_a_batch_change_independently(name):
    images = torch.rand(1, 1, 28, 28).expand(16, -1, -1, -1)
    changed = AUGMENTATIONS[name](images, seeded())
    assert len({tuple(image.flatten().tolist()) for image in changed}) > 4


@pytest.mark.parametrize("name", list(AUGMENTATIONS))
def test_the_ground_of_a_drawing_stays_zero(name):
    changed = AUGMENTATIONS[name](drawing(20), seeded())
    corners = changed[:, :, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert torch.equal(corners, torch.zeros_like(corners))
    assert AUGMENTATIONS[name](torch.zeros(4, 1, 8, 8), seeded()).abs().max() == 0


def test_none_is_the_same_object():
    images = torch.rand(2, 1, 8, 8)
    assert none(images, seeded()) is images


def test_shift_moves_by_whole_pixels_in_all_directions():
    images = torch.zeros(400, 1, 28, 28)
    images[:, :, 14, 10] = 1
    moved = shift(images, seeded()).squeeze(1)
    assert torch.equal(moved.sum((1, 2)), torch.ones(400))
    places = {(int(row) - 14, int(column) - 10) for _, row, column in moved.nonzero()}
    assert places == {(down, across) for down in range(-2, 3) for across in range(-2, 3)}


def test_shift_lets_zeros_in():
    moved = shift(torch.ones(60, 1, 28, 28), seeded())
    assert (moved.mean((1, 2, 3)) < 1).any()
    assert set(moved.unique().tolist()) == {0.0, 1.0}


def test_affine_that_draws_no_change_is_the_identity(monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda *size, generator: torch.full(size, 0.5))
    for shape in SHAPES:
        images = torch.linspace(0, 1, torch.Size(shape).numel()).view(shape)
        torch.testing.assert_close(affine(images, seeded()), images, rtol=0, atol=1e-5)


def test_affine_turns_scales_and_moves_as_far_as_it_says(monkeypatch):
    def draw(**numbers):
        """Affine with all draws in the middle, but these at their upper end."""
        order = ("angle", "scale", "slant", "across", "down")
        drawn = torch.tensor([[(1 + numbers.get(name, 0.0)) / 2] for name in order])
        monkeypatch.setattr(torch, "rand", lambda *size, generator: drawn)
        return affine(images, seeded())[0, 0]

    rows, columns = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    images = torch.exp(-((rows - 13.5) ** 2 + (columns - 19.5) ** 2) / 8)[None, None]

    def centre(image):
        return (image * rows).sum() / image.sum(), (image * columns).sum() / image.sum()

    row, column = centre(draw(across=1.0))
    assert row == pytest.approx(13.5, abs=0.05)
    assert abs(column - 19.5) == pytest.approx(2, abs=0.05)  # 1/14 of 28
    row, column = centre(draw(down=1.0))
    assert abs(row - 13.5) == pytest.approx(2, abs=0.05)
    assert column == pytest.approx(19.5, abs=0.05)
    row, column = centre(draw(angle=1.0))
    angle = torch.atan2(row - 13.5, column - 13.5)
    assert abs(angle.rad2deg()) == pytest.approx(12, abs=0.3)
    row, column = centre(draw(scale=1.0))
    assert column - 13.5 == pytest.approx(6 * 1.12, abs=0.05)
    row, column = centre(draw(scale=-1.0))
    assert column - 13.5 == pytest.approx(6 * 0.88, abs=0.05)
    images = images.transpose(2, 3)  # a spot below the middle moves sideways when slanted
    row, column = centre(draw(slant=1.0))
    assert row == pytest.approx(19.5, abs=0.05)
    assert abs(column - 13.5) == pytest.approx(6 * 0.2, abs=0.05)


def test_affine_shift_keeps_half_of_a_batch_as_sharp_as_it_was():
    images = (torch.rand(41, 1, 28, 28, generator=seeded()) > 0.5).float()
    changed = affine_shift(images, seeded(1))
    sharp = ((changed == 0) | (changed == 1)).flatten(1).all(dim=1)
    assert sharp[:20].all()
    assert not sharp[20:].any()


def test_flip_crop_mirrors_about_half():
    images = torch.zeros(2000, 1, 32, 32)
    images[:, :, :, 24:] = 1  # bright at the right
    changed = flip_crop(images, seeded())
    left = changed[:, :, :, :16].sum((1, 2, 3)) > changed[:, :, :, 16:].sum((1, 2, 3))
    assert 0.46 < left.float().mean() < 0.54


@pytest.mark.parametrize(("name", "most"), [("flip_crop", 2), ("flip_crop_wide", 4)])
def test_flip_crop_moves_by_up_to_its_share_and_mirrors_the_edge(name, most):
    columns = torch.arange(32.0).expand(400, 1, 32, 32) / 31
    changed = AUGMENTATIONS[name](columns, seeded())
    first = {round(float(image[0, 0, 0]) * 31) for image in changed}
    last = {round(float(image[0, 0, 31]) * 31) for image in changed}
    # Unmirrored it begins at columns -most..most, and -2 shows column 2; mirrored at the other end.
    assert first == {*range(most + 1), *range(31 - most, 32)}
    assert last == first


@pytest.mark.parametrize("name", ["shift", "affine"])
def test_what_comes_in_from_outside_is_the_ground(name):
    white = torch.full((8, 1, 16, 16), 245 / 255)
    vary = on_ground(name, (245,))
    assert torch.allclose(vary(white, torch.Generator().manual_seed(0)), white)
    assert AUGMENTATIONS[name](white, torch.Generator().manual_seed(0)).min() == 0
    assert on_ground(name, (0,)) is AUGMENTATIONS[name]


def edged(count=40, side=16):
    """Photos: each an even grey of its own, from 0.3 to 0.9, but for a dark spot in the middle."""
    images = torch.linspace(0.3, 0.9, count).view(-1, 1, 1, 1).repeat(1, 1, side, side)
    images[:, :, 7:9, 7:9] = 0.1
    return images


@pytest.mark.parametrize("name", CHANGING)
def test_what_comes_into_a_photo_from_outside_continues_its_edges(name):
    photos = edged()
    changed = on_ground(name, None)(photos, seeded())
    assert not torch.equal(changed, photos)
    grounds = photos[:, :, :1, :1]
    torch.testing.assert_close(changed[:, :, [0, -1]], grounds.expand(-1, 1, 2, 16))
    torch.testing.assert_close(changed[..., [0, -1]], grounds.expand(-1, 1, 16, 2))
    black = drawing(20)
    same = on_ground(name, None)(black, seeded())  # and all else is as ever
    assert torch.equal(same, AUGMENTATIONS[name](black, seeded()))
