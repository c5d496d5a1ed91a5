"""Which axis of an array of series (N, ·, ·) is time, and which the channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.names import tally

#: The array of an npz that says so, and what it may say.
AXES, ORDERS = "axes", ("NTC", "NCT")
#: How many times smoother along the other axis makes the usual order doubtful.
DOUBTED = 2.0
#: Series and places along an axis that are looked at where nothing says so.
_LOOKED_AT = 200


def time_second(
    x: NDArray[Any], x_name: str, file: str, arrays: Mapping[str, NDArray[Any]]
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return x as (N, T, C), and what was assumed.

    It is taken as (N, T, C) unless the file says otherwise (``axes``, the names of the channels,
    lengths, NaN behind the ends), or x has fewer places along its second axis than along its third
    and is smoother along the third, or a single one: then that is time. Where x has more along its
    second and is much smoother along the third, it is said how it was read.

    Args:
        x: numbers (N, ·, ·), of no axis 0.
        x_name: its name in the file.
        file: the file's name.
        arrays: all that the file holds.

    Raises:
        DataError: ``axes`` says something else than ``ORDERS``.
    """
    if (said := arrays.get(AXES)) is not None:
        order = str(said.reshape(-1)[0]).strip() if said.size else ""
        if order not in ORDERS:
            raise DataError(
                f"axes of {file} must be NTC (series, steps, channels) or NCT, got {order!r}."
            )
        return (x.swapaxes(1, 2) if order == "NCT" else x), ()
    if (told := _told(x, arrays)) is not None:
        return (x.swapaxes(1, 2), ()) if told == 2 else (x, ())
    swapped = x.swapaxes(1, 2)
    if x.shape[1] == 1:
        return swapped, ()
    along, across = _roughness(x), _roughness(swapped)
    is_longer = x.shape[1] >= x.shape[2]
    found, order = (swapped, "NCT") if not is_longer and across < along else (x, "NTC")
    if found.shape[2] == 1 or (is_longer and DOUBTED * across >= along):
        return found, ()
    other = ORDERS[1 - ORDERS.index(order)]
    words = (
        f"{x_name} of {file}, {x.shape}, was read as series of "
        f"{tally(found.shape[1], 'step')} and {tally(found.shape[2], 'channel')}. "
        f'If that is wrong, save axes="{other}" beside it.'
    )
    return found, (words,)


def _told(x: NDArray[Any], arrays: Mapping[str, NDArray[Any]]) -> int | None:
    """Return which axis is time, 1 or 2, as what stands beside x or in it tells; else None."""
    _, second, third = x.shape
    for name in ("channel_names", "channels") if second != third else ():
        named = arrays.get(name)
        if named is not None and named.dtype.kind in "US" and named.shape in ((second,), (third,)):
            return 1 if len(named) == third else 2
    for name in ("lengths", "length") if second != third else ():
        long = arrays.get(name)
        if long is not None and long.shape == (len(x),) and long.dtype.kind in "iu":
            most = int(long.max())
            if most in (second, third):
                return 1 if most == second else 2
    gone = np.isnan(x)
    if gone.any():  # padding: of all channels at once, from some step on
        ends = [np.isnan(x.take(-1, axis=axis)).all(axis=1).any() for axis in (1, 2)]
        if ends[0] != ends[1]:
            return 1 if ends[0] else 2
    return None


def _roughness(x: NDArray[Any]) -> float:
    """Return how much neighbours along axis 1 differ, 1 where they are nothing to each other.

    Of each series and channel its mean is taken out first: the mean of (a - b)² / 2 over that of
    the squares.
    """
    some = x[:: -(-len(x) // _LOOKED_AT), :_LOOKED_AT, :_LOOKED_AT].astype(np.float64)
    counts = np.maximum((~np.isnan(some)).sum(axis=1, keepdims=True), 1)  # some have no value
    with np.errstate(invalid="ignore"):  # nor are all finite; both are told of later
        some = np.nan_to_num(some - np.nansum(some, axis=1, keepdims=True) / counts)
    spread = np.square(some).mean()
    steps = np.square(np.diff(some, axis=1)).mean() / 2 if some.shape[1] > 1 else spread
    return float(steps / spread) if spread else 1.0
