"""What can be trained: each task brings a network, its samples and its loss to the one loop."""
