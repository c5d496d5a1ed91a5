"""What both configs share: a dict both ways, and what a value may be."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Self

from dpn.errors import ConfigError, did_you_mean, said


class Settings:
    """Shared by both configs: a dict both ways, unknown keys refused by name."""

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as a plain dict that JSON can hold."""
        return dataclasses.asdict(self)  # type: ignore[call-overload,no-any-return]

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> Self:
        """Build from a dict.

        Raises:
            ConfigError: a key is unknown or a value is not accepted.
        """
        known = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
        for key in settings:
            if key not in known:
                raise ConfigError(
                    f"{cls.__name__} has no setting {said(key)}{did_you_mean(key, known)}"
                )
        return cls(**settings)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some settings changed, validated again."""
        return type(self).from_dict({**self.to_dict(), **changes})


def choice(name: str, value: object, accepted: tuple[str, ...]) -> None:
    if value not in accepted:
        hint = did_you_mean(value, accepted)
        raise ConfigError(f"{name} must be one of {', '.join(accepted)}, got {said(value)}{hint}")


def integer(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number from {low} to {high}, got {said(value)}")


def boolean(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise ConfigError(f"{name} must be true or false, got {said(value)}")


def number(
    name: str,
    value: object,
    low: float,
    high: float,
    *,
    try_value: str,
    open_low: bool = False,
    open_high: bool = False,
) -> None:
    # Compared as it is: a whole number may be too large to become a float.
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    above = number > low if open_low else number >= low
    below = number < high if open_high else number <= high
    if not (above and below):
        left = f"> {low:g}" if open_low else f">= {low:g}"
        right = f"< {high:g}" if open_high else f"<= {high:g}"
        raise ConfigError(f"{name} must be {left} and {right}, got {said(value)}; try {try_value}")
