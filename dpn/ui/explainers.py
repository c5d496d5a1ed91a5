"""What the pages teach: short texts, folded beside the thing they explain."""

from __future__ import annotations

import streamlit as st

from dpn.language import msg, t

#: name -> (title, Markdown)
EXPLAINERS: dict[str, tuple[str, str]] = {
    "sum": (
        msg("Why is the sum exact?"),
        msg(r"""
A state's value is what its decisions are worth, minus a price for hedging between them:

$$D_t[s] \;=\; \textstyle\sum_a \pi_t[a,s]\, q_t[a,s] \;-\; \Omega(\pi_t[\cdot,s])$$

That is an equality for the hard, the soft and the sparse maximum. And each $q$ is a sum too:
what this part earns, plus what the states before had gathered. Putting one into the other, step
by step back to the first part, leaves a sum with one term for each part, one for the biases,
one for the smoothing, and the read-out. Nothing is approximated; a test holds it to $10^{-9}$.
(The numbers shown are rounded.)

The **biases** are what the decisions that won are worth before they see a pixel, the **read-out**
is what the class begins with. A lead of $x$ means $e^x$ to 1 for the class ahead: that is how
softmax turns scores into probabilities.

It says what each part *added*. It does not say what would happen without that part: other
decisions might win then. For that, ask **What if**.
"""),
    ),
    "template": (
        msg("What is the template that won?"),
        msg(r"""
Each decision comes with a template for its part. The decisions that won, put together, are one
picture $C$ of the image's size: the best one of all that could have been composed. The score is
the image laid over it: where what is bright meets blue it speaks for the answer, where it meets
orange against it.

This is the article's first formula, $\max_C \sum_i I_i C_i$. The second one, the recursion, is
how the best $C$ is found without trying them all.

Behind an encoder the parts are not pixels. The picture is then the encoder's slope around this
image; its product with the image, and the share of the encoder's biases, add up to what the
parts added. In a photo the biases often add more than all pixels. So its exact
squares are those of what the encoder found: each holds its pixels' share and its biases', and
nothing is left over.
"""),
    ),
    "trellis": (
        msg("What is a state, and what is a decision?"),
        msg(r"""
A **state** is one running total. Reading the image part by part, each state picks at every step
one of a few **decisions**. A decision has a template for the part that has arrived (its
*reward* says how well they match) and says which states before it builds on. The decision worth
most wins; its worth is the state's new **value**.

A circle is a state at a step; its size is what it has gathered for the score so far, its number
the decision that won. A line is the **decision flow** $u$: how much of the score runs from one
state to the next. Blue is for the answer, orange against it.
"""),
    ),
    "smoothing": (
        msg("What does the temperature do?"),
        msg(r"""
The **hard** maximum takes the best decision and forgets the others. The **soft** one, $\tau
\log \sum_a e^{q_a/\tau}$, gives every decision a share; the **sparse** one gives a share only
to those near the best. The temperature $\tau$ says how near is near: towards 0 both become the
hard maximum, and the higher it is, the more the decisions are mixed.

You change it here for a model that was trained with another: see how much its answers depend on
being sure.
"""),
    ),
    "what_if": (
        msg("What does an erased pixel add?"),
        msg("""
Nothing: erased pixels get the colour that adds to no score (black for drawings; the data's mean
colour for photos). The sum may still change by more or less than what they had added, because
other decisions may win now.
"""),
    ),
    "time": (
        msg("What is kept of a training?"),
        msg("""
The weights at about 20 moments, closer together at the beginning, where most is learned. The
matrix counts validation images, which the model never trained on: rows are the true class,
columns the answer then.
"""),
    ),
    "calibration": (
        msg("What is calibration?"),
        msg("""
A model is calibrated if it is right as often as it is sure: of all answers with 80%, 80% should
be right. A dot below the dashed line is too sure, one above it not sure enough. The calibration
error is the mean gap over 15 bins, each weighted by its share of the answers (expected
calibration error; Guo et al., *On Calibration of Modern Neural Networks*, ICML 2017).
"""),
    ),
    "mcnemar": (
        msg("How is luck told from a difference?"),
        msg("""
Images that both models get right, or both wrong, say nothing of which is better. What counts are
the images that only one gets right. If both were equally good, each of those would be a toss of a
coin: $p$ is how often so many tosses come out as unevenly as here, or more. Below 0.05 that is
called hardly luck (McNemar, *Psychometrika*, 1947; the exact form). The standard error beside an
accuracy says how far chance alone moves it with so many images.
"""),
    ),
    "origins": (
        msg("What is Bellman's, and what is ours?"),
        msg(r"""
The recursion is Bellman's (*Dynamic Programming*, 1957): the value of a state is its best
decision's reward plus the value of where it came from. Learning through a smoothed maximum is
Mensch and Blondel's (ICML 2018), the sparse one Martins and Astudillo's (ICML 2016); a maximum
over linear pieces is a maxout unit (Goodfellow et al., ICML 2013). With `stochastic`
transitions the recursion is Bellman's equation of a Markov decision process; with `linear`
ones, the default, the numbers are free and no probabilities.

The project began with an article that calls this a "dynamic programming network". Its listing
is another thing, the three-layer `mlp`, and it credits people with work that is not theirs:
residual networks are He et al.'s (CVPR 2016). Ours is the exact account of every score, and
this page.
"""),
    ),
    "double_softmax": (
        msg("Why does softmax twice hurt?"),
        msg("""
The loss already turns scores into probabilities. If the network does so first, the loss sees
numbers between 0 and 1 and can never become small: ten classes at best give 1.46 instead
of 0. Its slope fades as well. Plain SGD then learns several times more slowly; AdamW, which
rescales slopes, hides most of it.
"""),
    ),
}


def explainer(name: str) -> None:
    """Draw one text, folded."""
    title, text = EXPLAINERS[name]
    with st.expander(t(title), icon=":material/school:"):
        st.markdown(t(text))
