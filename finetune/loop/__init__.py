"""The one training loop: optimiser, processes, checkpoints, what is seen of it."""
