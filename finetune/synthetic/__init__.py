"""Synthetic cases of our own making, with exact masks: pictures for what real data lack."""
