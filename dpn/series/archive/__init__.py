"""The formats in which the UCR/UEA archive of series is published: .ts and .arff."""

__all__: list[str] = []
