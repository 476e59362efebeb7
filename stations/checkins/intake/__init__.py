"""A phone's check-in on its way in: read, graded, taken by one statement, answered (chapter 4, 1 (2))."""
