"""The layouts that data sets come in, a reader a file: pictures by class, arrays, idx, tables."""
