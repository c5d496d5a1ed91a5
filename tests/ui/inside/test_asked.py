"""What Inside asks a model about changed images: each of them once for a view."""

from types import SimpleNamespace

import numpy as np

from dpn import ui
from dpn.ui.inside.case import Case


def test_an_image_is_asked_about_once_and_each_answer_is_its_own(monkeypatch):
    asked = []

    def logits(run, images, question, moment):
        assert (run, question, moment) == ("run", "question", 40)
        asked.append(len(images))
        return images.reshape(len(images), -1)[:, :3].astype(np.float32)

    monkeypatch.setattr(ui, "model_server", lambda: SimpleNamespace(logits=logits))
    images = np.arange(5 * 4, dtype=np.uint8).reshape(5, 1, 2, 2)
    case = Case("run", None, None, "question", 40, None)  # type: ignore[arg-type]
    for chosen in ([0, 1, 0, 1], [1, 2], [2, 0], [3, 1, 4]):
        np.testing.assert_array_equal(
            case.logits(images[chosen]), images[chosen, 0].reshape(-1, 4)[:, :3]
        )
    assert asked == [2, 1, 2]
    Case("run", None, None, "question", 40, None).logits([images[0].T])  # type: ignore[arg-type]
    assert asked == [2, 1, 2, 1]  # another view is answered by the model as it is then
