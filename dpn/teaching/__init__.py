"""A lesson: a trained model learns from a few corrected pictures, and is judged before it is kept."""
