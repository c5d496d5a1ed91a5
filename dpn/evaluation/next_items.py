"""How good a model's next items are: at which place the right one stands, and against what.

Places are counted over all K items, from 1 on; of equal scores the more frequent item comes first.

    recall@10   share of lists whose next item is among the first ten
    MRR@10      mean of 1 / place, 0 beyond the tenth (mean reciprocal rank)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.items.examples import ENDS, NOTHING, READ, learned_lists
from dpn.models.base import Classifier

if TYPE_CHECKING:
    from scipy import sparse

#: Items that are looked at, and lists that are scored together.
TEN, BATCH = 10, 250
#: Items most like one that count for "item_knn" (Sarwar et al., "Item-Based Collaborative Filtering
#: Recommendation Algorithms", WWW 2001), and items whose likeness is computed at once.
NEIGHBOURS, BLOCK = 100, 500

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
#: x (B, n) -> scores (B, K).
Scorer = Callable[[npt.NDArray[np.int32]], Floats]


def without_seen(logits: Tensor, x: Tensor, *, repeats: bool) -> Tensor:
    """Return logits (B, K) with −inf for what is in a list (B, n) already, unless it may repeat."""
    if repeats:
        return logits
    seen = torch.zeros(len(x), logits.shape[1] + 1, dtype=torch.bool)
    seen.scatter_(1, x.cpu().long(), value=True)
    return logits.masked_fill(seen[:, 1:].to(logits.device), -torch.inf)


def places_of(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the place (B,) of the right item, from 1 on, among scores (B, K); K if it has none."""
    right = scores.gather(1, labels.unsqueeze(1))
    before = torch.arange(scores.shape[1]) < labels.unsqueeze(1)
    return 1 + ((scores > right) | ((scores == right) & before)).sum(dim=1)


def placed(model: Classifier, x: Tensor, y: Tensor) -> Iterator[Tensor]:
    """Yield, batch by batch, the place of each right item and its loss in nats, (B, 2) float64.

    Args:
        model: of lists; left in the mode it was in.
        x: (N, n) as data sets hold them.
        y: (N,).
    """
    device = next(model.parameters()).device
    for rows, labels in zip(torch.split(x, BATCH), torch.split(y.cpu(), BATCH), strict=True):
        was_training = model.training
        model.eval()
        try:
            with torch.no_grad():
                logits = model(model.prepared(rows.to(device))).float().cpu()
        finally:
            model.train(was_training)
        logits = without_seen(logits, rows, repeats=model.config.repeats)
        loss = F.cross_entropy(logits, labels, reduction="none").clamp(max=1e4)
        yield torch.stack([places_of(logits, labels).double(), loss.double()], dim=1)


def quality(places: Ints) -> dict[str, float]:
    """Return recall@10 and MRR@10 of places (N,), N >= 1."""
    first = places <= TEN
    return {
        "recall_at_10": float(first.mean()),
        "mrr_at_10": float((first / places).mean()),
    }


def band_of(places: Ints) -> Ints:
    """Return which of the ``BANDS`` places (N,) fall into, 0..3."""
    return np.searchsorted(ENDS, places, side="left").astype(np.int64)


def baselines(train: tuple[Any, Any], test: tuple[Any, Any], items: int, *, repeats: bool) -> Any:
    """Return recall@10 and MRR@10 of three methods that learn nothing but counts, by name.

    "popularity": what comes most often. "markov": what came most often right after the last item,
    then by popularity. "item_knn": what is most like the items of the list, by the cosine between
    the lists that two items are in.

    Args:
        train: x (N, n), y (N,) as data sets hold them, list by list.
        test: likewise.
        items: K.
        repeats: whether what is in a list may come again.
    """
    x, y = (np.asarray(array) for array in train)
    rows, labels = (np.asarray(array) for array in test)
    lists = learned_lists(x, y)
    return {
        name: quality(_places(scorer, rows, labels, repeats=repeats))
        for name, scorer in _scorers(lists, items).items()
    }


def _places(scorer: Scorer, x: npt.NDArray[np.int32], y: Ints, *, repeats: bool) -> Ints:
    found = []
    for start in range(0, len(x), BATCH):
        rows, labels = x[start : start + BATCH], torch.from_numpy(y[start : start + BATCH])
        scores = without_seen(
            torch.from_numpy(scorer(rows)), torch.from_numpy(rows), repeats=repeats
        )
        found.append(places_of(scores, labels).numpy())
    return np.concatenate(found)


def _scorers(lists: list[Ints], items: int) -> Mapping[str, Scorer]:
    from scipy import sparse  # here: what answers pictures has no use for it, nor a quarter second

    flat, sizes = np.concatenate(lists), [len(one) for one in lists]
    counts = np.bincount(flat, minlength=items).astype(np.float32)
    popular = counts / counts.max() / 2  # less than one of anything else
    of = np.repeat(np.arange(len(lists)), sizes)
    pairs = np.flatnonzero(of[1:] == of[:-1])
    ones = np.ones(len(pairs), np.float32)
    after = sparse.csr_matrix((ones, (flat[pairs], flat[pairs + 1])), shape=(items, items))
    like = _likeness(flat, of, len(lists), items)

    def by_popularity(x: npt.NDArray[np.int32]) -> Floats:
        return np.tile(popular, (len(x), 1))

    def by_last(x: npt.NDArray[np.int32]) -> Floats:
        last = x[np.arange(len(x)), (x[:, :READ] != NOTHING).sum(axis=1) - 1] - 1
        found: Floats = after[last].toarray() + popular
        return found

    def by_likeness(x: npt.NDArray[np.int32]) -> Floats:
        row, place = np.nonzero(x)
        there = np.ones(len(row), np.float32)
        held = sparse.csr_matrix((there, (row, x[row, place] - 1)), shape=(len(x), items))
        found: Floats = (held @ like).toarray() + 1e-6 * popular
        return found

    return {"popularity": by_popularity, "markov": by_last, "item_knn": by_likeness}


def _likeness(flat: Ints, of: Ints, lists: int, items: int) -> sparse.csr_matrix:
    """Return the cosine (K, K) between items, of each the ``NEIGHBOURS`` nearest others."""
    from scipy import sparse

    held = sparse.csr_matrix((np.ones(len(flat), np.float32), (of, flat)), shape=(lists, items))
    held.data[:] = 1  # however often an item is in a list
    norms = np.sqrt(np.asarray(held.sum(axis=0)).ravel())
    unit = (held @ sparse.diags(1 / np.maximum(norms, 1))).tocsc()
    blocks = []
    for start in range(0, items, BLOCK):
        block = (unit[:, start : start + BLOCK].T @ unit).toarray()
        block[np.arange(len(block)), start + np.arange(len(block))] = 0
        if items > NEIGHBOURS:
            least = np.partition(block, items - NEIGHBOURS, axis=1)[:, items - NEIGHBOURS]
            block[block < least[:, None]] = 0
        blocks.append(sparse.csr_matrix(block))
    return sparse.vstack(blocks).tocsr()
