"""The weights: which there are, where they lie, and how to fetch them. Never imports torch."""
