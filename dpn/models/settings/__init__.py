"""The numbers of the presets: what is known to work, by kind of data, model and preset."""

from dpn.models.settings.pictures import OF_PICTURES
from dpn.models.settings.worlds import OF_WORLDS, few_series, held_of_texts, most_epochs, of_texts

__all__ = ["OF_PICTURES", "OF_WORLDS", "few_series", "held_of_texts", "most_epochs", "of_texts"]
