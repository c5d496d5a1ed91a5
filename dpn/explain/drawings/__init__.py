"""What a drawing shows: loops, strokes and their directions, bends, ends, where strokes meet."""
