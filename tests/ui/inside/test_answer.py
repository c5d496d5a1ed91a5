"""What Inside's first lines say of the answer, its second choice and none of the classes."""

from types import SimpleNamespace

import numpy as np
import pytest

from dpn.ui.inside.case import answer_words


def words_of(probabilities, known):
    config = SimpleNamespace(class_names=("cat", "dog", "emu"))
    found = SimpleNamespace(probabilities=np.array([probabilities]), known=known)
    subject = SimpleNamespace(label=0, words="Test image 3")
    return answer_words(SimpleNamespace(config=config, found=found, subject=subject))


@pytest.mark.parametrize(
    ("known", "ends"),
    [
        (None, "Its second choice is **dog** with 4.0%."),
        ([0.97], "Its second choice is **dog** with 3.9%."),
        (
            [0.9],
            "Next comes none of the classes with 10.0%, then **dog** with 3.6%.",
        ),
    ],
)
def test_none_of_the_classes_is_told_where_it_is_likelier_than_the_second_choice(known, ends):
    said = words_of([0.95, 0.04, 0.01], None if known is None else np.array(known))
    assert said.endswith(ends)
    assert said.startswith("## cat, ")
