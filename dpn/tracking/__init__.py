"""A training shown to TensorBoard, Weights & Biases, MLflow or Trackio, each from a process of its own."""  # noqa: E501

__all__ = ["followers", "tools"]
