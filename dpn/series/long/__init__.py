"""Tables of series in long form, a row a step or a row a value."""

__all__: list[str] = []
