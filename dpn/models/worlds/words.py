"""The recursion on the tokens of a text."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.config import ModelConfig
from dpn.models.sequence import SequenceModel, in_windows, shares_of_tokens
from dpn.models.worlds.plain import Plain
from dpn.texts.vocabulary import BUCKETS, FIRST, NOTHING, NUMBERS, ROWS

#: Where an input says which word a token is.
WORD = 0
#: How large the numbers of a word start.
START = 0.03
#: Of the start of two classes: the share of naive Bayes' scores, the texts that a row is taken to
#: have been in beforehand, and how much the tokens before a part's last count.
BAYES, DOUBT, BEFORE = 0.3, 2.0, 0.3
#: How much louder the recursion speaks while it learns, beside a plain sum that does not: by itself
#: it is as sure as both are together then. Chosen by the cross-entropy of held-out texts.
LOUDER = 2.0


class Words(SequenceModel):
    """A text as a sequence of tokens, each a sum of what is known of it.

    A token is its word's embedding and the mean of its pieces' (Bojanowski et al., "Enriching Word
    Vectors with Subword Information", TACL 2017); a part is a few tokens in a row. Takes whole
    numbers (B, n, NUMBERS): the word and the pieces of each token, rows of one table and 0 for
    nothing, and its shape. A place whose word is 0 has no token. ``dpn.texts.vocabulary`` makes
    them.

    With ``pairs`` there are K more states that only add up what words, pieces and pairs say, and
    that the logits read as they are (``Plain``). They are solved before the first step, and the
    recursion then learns by itself: it would have nothing to learn from texts that these know.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config, config.window * config.embedding)
        rows = FIRST + config.vocabulary + BUCKETS
        self.E = nn.Parameter(START * torch.randn(rows, config.embedding))
        self.plain = None
        if config.pairs:
            self.plain = Plain(rows, config.pairs, config.classes, shapes=config.shapes)
        self.loudness = LOUDER if config.pairs else 1.0
        self.W.data /= self.loudness

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (B, K); in training those of the recursion alone, and louder."""
        logits = super().forward(images)
        if self.training:
            return self.loudness * logits
        return logits if self.plain is None else logits + self.plain(images)

    def beside(self, x: Tensor) -> Tensor | None:
        """Return what each token says by itself and in pairs (B, n, K), where that counts."""
        return None if self.plain is None else self.plain.by_token(x)

    def prepared(self, batch: Tensor) -> Tensor:
        """Return the batch without the places that no text of it reaches."""
        longest = int((batch[..., WORD] != NOTHING).sum(dim=1).max())
        return batch[:, : max(longest, 1)].long()

    def example(self) -> Tensor:
        """Return a text of usual length (1, n, NUMBERS), to count with."""
        return torch.ones(1, self.config.length, NUMBERS, dtype=torch.long)

    def fit_normalisation(self, images: Tensor) -> None:
        """Leave the input as it is: it is no number of anything."""

    @torch.no_grad()
    def begin(self, images: Tensor, labels: Tensor) -> None:
        """Solve what tokens say in any order; start two classes near naive Bayes.

        That is over words and pieces. Rare ones then start with nearly nothing and frequent ones
        with what they tell, as in Wang & Manning, "Baselines and Bigrams", ACL 2012. Of held-out
        sentences of SST-2 1 in 100 more are then answered right; with the 6 or 77 classes of TREC
        and Banking77 it was worse.
        """
        if self.plain is not None:
            self.plain.fit(images, labels)
        if self.config.classes != 2:
            return
        counts = torch.zeros(len(self.E), 2, dtype=torch.float64)
        chunks = zip(torch.split(images.cpu(), 500), torch.split(labels.cpu(), 500), strict=True)
        for batch, y in chunks:
            x = batch[..., :ROWS]
            places = torch.arange(len(x))[:, None] * len(self.E)
            found = torch.unique(x.flatten(1) + places)  # each row once a text
            index = found % len(self.E) * 2 + y[found // len(self.E)]
            counts.view(-1).index_add_(0, index, torch.ones(len(index), dtype=torch.float64))
        shares = torch.bincount(labels.cpu(), minlength=2).double() / len(labels)
        tells = torch.log(counts + DOUBT * shares) - torch.log(DOUBT * shares)
        tells -= tells.mean(dim=1, keepdim=True)
        tells[NOTHING] = 0
        # What the read-out makes of a token that is a part's last, if all decisions are equal.
        templates = self.R.view(self.config.window, self.config.embedding, -1, self.config.states)
        templates[:-1] *= BEFORE
        scores = templates[-1].mean(dim=1) @ self.W.t() * self.loudness
        start = tells.to(self.E) @ torch.linalg.pinv(scores)
        self.E.add_(start, alpha=BAYES)
        self.w0.copy_(torch.log(shares) / self.loudness)

    def are_parts(self, x: Tensor) -> Tensor:
        """Return bool (B, n): where there is a token."""
        return x[..., WORD] != NOTHING

    def parts(self, x: Tensor) -> Tensor:
        """Return each token behind those before it (B, n, window·embedding); of none zeros.

        In training some of the words and pieces, and of the numbers, are left out.
        """
        x = x[..., :ROWS]
        if self.training and self.config.piece_dropout:
            x = x * (torch.rand(x.shape, device=x.device) >= self.config.piece_dropout)
        there = (x != NOTHING).to(self.E.dtype)
        pieces = there[..., 1:] / there[..., 1:].sum(dim=-1, keepdim=True).clamp(min=1)
        weights = torch.cat([there[..., :1], pieces], dim=-1)
        flat = F.embedding_bag(
            x.flatten(0, 1), self.E, per_sample_weights=weights.flatten(0, 1), mode="sum"
        )
        tokens = flat.view(*x.shape[:2], -1)
        parts = in_windows(tokens, self.config.window)
        return F.dropout(parts, self.config.dropout, self.training)

    def shares(self, products: Tensor) -> Tensor:
        """Return what each token added (B, n): in its own part, and in those after it."""
        return shares_of_tokens(products, self.config.window)
