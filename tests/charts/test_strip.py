"""Pictures side by side with a place outlined."""

import numpy as np
import pytest

from dpn.charts.placed.strip import GAP, SIDE, strip


@pytest.mark.parametrize(("channels", "side"), [(1, 8), (3, 32), (1, 28)])
def test_each_picture_is_there_with_the_edge_of_the_place(channels, side):
    rng = np.random.default_rng(0)
    images = rng.integers(1, 255, (3, channels, side, side)).astype(np.uint8)
    mask = np.zeros((side, side), bool)
    mask[0 : side // 4, 2 : 2 + side // 4] = True  # it touches the border
    picture, factor = strip(images, [mask] * 3), SIDE // side
    wide = factor * side
    assert picture.shape == (wide, 3 * wide + 2 * GAP, 4)
    for number, image in enumerate(images):
        left = number * (wide + GAP)
        tile = picture[:, left : left + wide]
        assert (tile[..., 3] == 255).all()
        if number:
            assert (picture[:, left - GAP : left] == 0).all()
        large = mask.repeat(factor, 0).repeat(factor, 1)
        large[[0, -1]] = large[:, [0, -1]] = False  # where the picture ends black is seen
        padded = np.pad(large, 1)
        inside = [np.roll(padded, (d, r), (0, 1)) for d in (-1, 0, 1) for r in (-1, 0, 1)]
        edge = large & ~np.logical_and.reduce(inside)[1:-1, 1:-1]
        assert (tile[edge] == 255).all()
        assert (tile[..., :3] == 0).all(axis=-1).any()
        far = ~np.logical_or.reduce(
            [np.roll(padded, (d, r), (0, 1)) for d in (-2, -1, 0, 1, 2) for r in (-2, -1, 0, 1, 2)]
        )[1:-1, 1:-1]
        expected = image.repeat(factor, 1).repeat(factor, 2).transpose(1, 2, 0)
        np.testing.assert_array_equal(
            tile[far][:, :3], np.broadcast_to(expected, (wide, wide, 3))[far]
        )
        middle = (factor * side // 8, factor * (2 + side // 8))  # inside, away from the edge
        np.testing.assert_array_equal(
            tile[middle][:3], np.broadcast_to(expected, (wide, wide, 3))[middle]
        )
