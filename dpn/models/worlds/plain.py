"""What the tokens of a text say in any order: words, pieces and pairs, whose scores add up.

    S_k = Σ_f w_f θ_fk        w_f = worth_f / √(Σ_g worth_g²) over the features g of f's kind

A feature is a word, a piece of one, two tokens in a row, two with one between them, or a token and
the shape of the next; how often it is in the text does not count. Its worth is what it tells of the
class, the root of the divergence KL(p(class | f) ‖ p(class)), so that what tells nothing does not
take part in learning: the idea of Wang & Manning, "Baselines and Bigrams", ACL 2012, for any number
of classes.
"""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.worlds.logistic import logistic
from dpn.texts.vocabulary import CAPITALISED, CAPITALS, NOTHING, ROWS

#: Texts that a feature is taken to have been in beforehand, in proportion to the classes.
DOUBT = 1.0
#: Cells of texts, and cells times classes, that are learned from; of more texts some are drawn.
MOST_CELLS, MOST_SCORES = 40_000_000, 600_000_000
#: Of the texts so many have a capital, at the least, if shapes are to tell something: of SST-2,
#: which has none, 0.9 points more of 872 held-out sentences are answered right without.
CAPITALS_IN = 0.1
#: How loud the scores are beside the recursion's: less than by themselves.
GAIN = 0.75
#: Texts that are looked at together while it is learned.
CHUNK = 500

#: Of each token: its word, its pieces, the pair with the one before, with the one before that, and
#: its shape with the one before; of the pairs how far back the other token is.
_ENDS = (0, 1, ROWS, ROWS + 1, ROWS + 2, ROWS + 3)
_KINDS = tuple(slice(start, end) for start, end in pairwise(_ENDS))
_BACK = (1, 2, 1)
#: Odd numbers that pairs are hashed by (Knuth's multiplicative hashing).
_FIRST, _SECOND, _APART = 0x9E3779B1, 0x85EBCA6B, 0x27D4EB2F


class Plain(nn.Module):
    """K states of the recursion that only add up: one decision each, and P the identity.

    ``fit`` solves it before a training, whose steps leave it as it is.

    Args:
        words: rows of words and pieces, as ``dpn.texts.vocabulary`` numbers them.
        pairs: rows that pairs of tokens are hashed into.
        classes: K.
        shapes: whether a token and the shape of the next are a feature.
    """

    worth: Tensor
    cased: Tensor

    def __init__(self, words: int, pairs: int, classes: int, *, shapes: bool = False) -> None:
        super().__init__()
        self.words, self.pairs = words, pairs
        self.has_shapes, self.kinds = shapes, _KINDS if shapes else _KINDS[:-1]
        self.table = nn.Parameter(torch.zeros(words + pairs, classes), requires_grad=False)
        self.register_buffer("worth", torch.zeros(words + pairs))
        if shapes:  # 0 where the training texts were written without capitals
            self.register_buffer("cased", torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        """Return S (B, K) of texts (B, n, NUMBERS), as ``Words`` takes them."""
        rows = self._rows(x)
        return self._sum(rows.flatten(1), self._weights(rows).flatten(1))

    def by_token(self, x: Tensor) -> Tensor:
        """Return what each token adds to S, (B, n, K); of a pair each of the two has half."""
        rows, (batch, n, _) = self._rows(x), x.shape
        weights = self._weights(rows)
        kinds = [
            self._sum(rows[..., kind].flatten(0, 1), weights[..., kind].flatten(0, 1))
            for kind in (slice(0, ROWS), *self.kinds[2:])
        ]
        total, *pairs = (said.view(batch, n, -1) for said in kinds)
        for back, said in zip(_BACK, pairs, strict=False):
            half = said / 2
            total += half
            total[:, :-back] += half[:, back:]
            total[:, :back] += half[:, :back]  # the text begins there: nothing is before it
        return total

    @torch.no_grad()
    def fit(self, x: Tensor, labels: Tensor) -> None:
        """Learn from training texts (N, n, NUMBERS) and their classes (N,)."""
        from scipy.sparse import csr_matrix, vstack

        x, labels = self._some(x.cpu(), labels.cpu())
        if self.has_shapes:
            is_capital = (x[..., -1] >= CAPITALISED) & (x[..., -1] <= CAPITALS)
            self.cased.fill_(is_capital.any(dim=1).float().mean() >= CAPITALS_IN)
        chunks = [self._rows(part.long()) for part in torch.split(x, CHUNK)]

        def matrix(rows: Tensor, weights: Tensor) -> csr_matrix:
            text, place = torch.nonzero(rows.flatten(1), as_tuple=True)
            row, value = rows.flatten(1)[text, place], weights.flatten(1)[text, place]
            shape = len(rows), len(self.table)
            return csr_matrix((value.numpy(), (text.numpy(), row.numpy())), shape, dtype="f4")

        classes = F.one_hot(labels, self.table.shape[1]).float()
        there = vstack([matrix(rows, self._shares(rows)) for rows in chunks])
        counts = torch.from_numpy(there.T.tocsr() @ classes.numpy())
        self.worth.copy_(told(counts, classes.mean(dim=0)))
        found = [matrix(rows, self._weights(rows) * self.worth[rows]) for rows in chunks]
        used = counts.sum(dim=1).nonzero().squeeze(1)
        theta = logistic(vstack(found)[:, used.numpy()].tocsr(), classes)
        self.table.zero_()
        self.table[used] = GAIN * self.worth[used, None] * theta

    def _some(self, x: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return the texts, or as many of them, drawn at random, as there is memory and time for.

        Scores are computed of each text and class, at each step of a solution.
        """
        tokens = int((x[..., 0] != NOTHING).sum())
        cells = max(1, tokens * (ROWS + 2))
        share = min(1.0, MOST_CELLS / cells, MOST_SCORES / (cells * self.table.shape[1]))
        if share == 1.0:
            return x, labels
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
        drawn = order[: max(1, int(share * len(x)))]
        return x[drawn], labels[drawn]

    def _rows(self, x: Tensor) -> Tensor:
        """Return the rows (B, n, …) of the features of each token, as ``kinds``; 0 for nothing."""
        word = x[..., 0]
        before = F.pad(word, (1, 0))[:, :-1]
        earlier = F.pad(word, (2, 0))[:, : word.shape[1]]
        pair = self._hashed(before * _FIRST + word * _SECOND)
        apart = self._hashed(earlier * _SECOND + word * _FIRST + _APART)
        pair, apart = pair * (word != NOTHING), apart * ((word != NOTHING) & (earlier != NOTHING))
        found = [x[..., :ROWS], pair.unsqueeze(2), apart.unsqueeze(2)]
        if self.has_shapes:
            shape = self._hashed(before * _APART + x[..., -1] * _SECOND + _FIRST)
            found.append((shape * (word != NOTHING)).unsqueeze(2))
        return torch.cat(found, dim=2)

    def _hashed(self, number: Tensor) -> Tensor:
        return self.words + (number >> 7) % self.pairs

    def _shares(self, rows: Tensor) -> Tensor:
        """Return 1 / how often each feature is in its text, of its kind; as ``rows``."""
        kinds = [rows[..., kind] for kind in self.kinds]
        shares = [1 / times(kind.flatten(1)).view_as(kind) for kind in kinds]
        if self.has_shapes:
            shares[-1] = shares[-1] * self.cased
        return torch.cat(shares, dim=2)

    def _weights(self, rows: Tensor) -> Tensor:
        """Return w_f / worth_f of each feature of each token, as ``rows``."""
        shares = self._shares(rows).to(self.worth.dtype)
        squares = shares * self.worth[rows].square()
        sizes = [squares[..., kind].sum(dim=(1, 2), keepdim=True).sqrt() for kind in self.kinds]
        kinds = zip(self.kinds, sizes, strict=True)
        return torch.cat([shares[..., kind] / size.clamp(min=1e-6) for kind, size in kinds], dim=2)

    def _sum(self, rows: Tensor, weights: Tensor) -> Tensor:
        return F.embedding_bag(
            rows, self.table, per_sample_weights=weights, mode="sum", padding_idx=NOTHING
        )


def times(rows: Tensor) -> Tensor:
    """Return how often each number (B, m) is in its own line."""
    ordered, order = rows.sort(dim=1)
    is_new = F.pad(ordered[:, 1:] != ordered[:, :-1], (1, 0), value=True)
    run = is_new.long().cumsum(dim=1) - 1
    counts = torch.zeros_like(rows).scatter_add_(1, run, torch.ones_like(rows)).gather(1, run)
    return torch.empty_like(counts).scatter_(1, order, counts)


def told(counts: Tensor, shares: Tensor) -> Tensor:
    """Return the worth (F,) of features that are in so many texts of each class (F, K).

    ``shares`` (K,) are those of the classes. Where there is no text the worth is 0.
    """
    shares = shares.clamp(min=1e-9)
    sure = (counts + DOUBT * shares) / (counts.sum(dim=1, keepdim=True) + DOUBT)
    return torch.xlogy(sure, sure / shares).sum(dim=1).clamp(min=0).sqrt()
