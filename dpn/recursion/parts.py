"""How a map is cut into the parts that the recursion reads, and put together again."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def count_parts(height: int, width: int, shape: str, size: int) -> int:
    """Return n, the number of parts that ``cut`` makes of a (height, width) map."""
    down, across = -(-height // size), -(-width // size)
    return {"rows": down, "columns": across, "patches": down * across}[shape]


def cut(images: Tensor, shape: str, size: int) -> Tensor:
    """Cut (B, C, H, W) into parts (B, n, k), in reading order.

    "rows": n = ⌈H/size⌉ bands, k = C·size·W. "columns": n = ⌈W/size⌉, k = C·H·size. "patches":
    n = ⌈H/size⌉·⌈W/size⌉ squares, k = C·size². What sticks out is padded with zeros below and to
    the right: a zero times any template adds nothing to a score.
    """
    batch, channels, height, width = images.shape
    tall = size if shape in ("rows", "patches") else height
    wide = size if shape in ("columns", "patches") else width
    images = F.pad(images, (0, -width % wide, 0, -height % tall))
    down, across = images.shape[2] // tall, images.shape[3] // wide
    grid = images.reshape(batch, channels, down, tall, across, wide)
    return grid.permute(0, 2, 4, 1, 3, 5).reshape(batch, down * across, channels * tall * wide)


def join(parts: Tensor, image_shape: tuple[int, int, int], shape: str, size: int) -> Tensor:
    """Undo ``cut``: (B, n, k) -> (B, C, H, W), the padding dropped."""
    channels, height, width = image_shape
    tall = size if shape in ("rows", "patches") else height
    wide = size if shape in ("columns", "patches") else width
    down, across = -(-height // tall), -(-width // wide)
    grid = parts.reshape(-1, down, across, channels, tall, wide).permute(0, 3, 1, 4, 2, 5)
    return grid.reshape(-1, channels, down * tall, across * wide)[..., :height, :width]
