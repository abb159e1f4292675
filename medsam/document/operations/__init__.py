"""What the hand tools compute on arrays: stamps and strokes, shapes, region operations. Qt-free."""
