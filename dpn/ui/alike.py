"""The test images that a photo is most like, to the model: where parts and pixels tell little."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dpn import ui
from dpn.errors import DPNError
from dpn.neighbours import nearest
from dpn.ui.case import Case
from dpn.ui.tiles import Tile, show_tiles

#: How many are shown.
COUNT = 8


def alike(case: Case) -> None:
    """Draw the test images most alike, with their classes; each opens on this page."""
    if case.config.preparation != "photo":
        return
    try:
        images, labels = ui.test_images(case.run)
        known = ui.summaries(case.run, case.moment)
        scores = ui.evaluation(case.run, case.moment)
    except DPNError:
        return  # without the data set there is nothing to compare with
    import torch  # here, where it is in memory: see ``ui.warm_up``

    image = torch.from_numpy(case.subject.image[None].copy())
    one = ui.server().summarise(case.run, image, case.moment).numpy()[0]
    found = nearest(known, one, COUNT, case.subject.index)
    names, truth = case.config.class_names, labels.numpy()
    counted = Counter(ui.plain(names[truth[index]]) for index in found).most_common()
    st.markdown(
        f"#### What is it like?\nOf the {len(found)} test images that are most like it to the "
        f"model, these are the true classes: {', '.join(f'**{n} {name}**' for name, n in counted)}."
    )
    answers, sure = scores.probabilities.argmax(axis=1), scores.probabilities.max(axis=1)
    tiles = [Tile(i, int(truth[i]), int(answers[i]), float(sure[i])) for i in found]
    show_tiles(case.run, images.numpy(), tiles, names)
    st.caption(
        "Alike: the numbers that its last layer reads are nearest. True class → answer, and its "
        "probability. Press one to look inside."
    )
