"""From a training run to files that other programs load."""
