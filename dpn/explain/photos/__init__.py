"""What is asked of photos alone, whose places have no strokes: which kind of look counts there."""
