"""Which images are looked at: the test images last of all, and of all classes."""

import dataclasses

import pytest

from dpn.data.loading import Dataset
from tests.helpers import small_dataset
from tests.training.test_trainer import trainer_of

pytestmark = pytest.mark.usefixtures("one_thread")


class Sealed(Dataset):
    """Data whose test images cannot be looked at before the seal is broken."""

    is_sealed = True

    def __getattribute__(self, name):
        if name in ("x_test", "y_test") and Sealed.is_sealed:
            raise AssertionError("the test images were looked at")
        return super().__getattribute__(name)

    def to(self, device):
        assert str(device) == "cpu"
        return self


def test_the_test_images_are_not_looked_at_before_the_end(monkeypatch):
    data = small_dataset()
    fields = {field.name: getattr(data, field.name) for field in dataclasses.fields(data)}
    trainer = trainer_of("residual", data=Sealed(**fields))
    while not trainer.done:
        trainer.step()
        trainer.validate()
        trainer.state()
    trainer.validate(everything=True)
    with pytest.raises(AssertionError, match="looked at"):
        trainer.test()
    monkeypatch.setattr(Sealed, "is_sealed", False)
    assert len(trainer.test().labels) == 15


def sorted_by_class(data):
    """The same data with the images of each part sorted by class."""
    parts = {}
    for part in ("train", "val", "test"):
        order = getattr(data, f"y_{part}").argsort(stable=True)
        parts |= {f"{kind}_{part}": getattr(data, f"{kind}_{part}")[order] for kind in "xy"}
    return dataclasses.replace(data, **parts)


def test_validation_looks_at_images_of_all_classes_where_they_are_sorted(monkeypatch):
    monkeypatch.setattr("dpn.training.trainer.LIVE_VALIDATION_IMAGES", 9)
    trainer = trainer_of(data=sorted_by_class(small_dataset(val=30)))
    assert trainer.validate().confusion.sum(axis=1).tolist() == [3, 3, 3]


def test_validation_looks_at_some_images_or_at_everything(monkeypatch):
    monkeypatch.setattr("dpn.training.trainer.LIVE_VALIDATION_IMAGES", 5)
    trainer = trainer_of()
    assert len(trainer.validate().labels) == 5
    assert len(trainer.validate(everything=True).labels) == 12
