"""A model that leaves: as a bundle that comes back, as ONNX, or as a page of its own."""

__all__ = ["apart", "kinds", "opening"]
