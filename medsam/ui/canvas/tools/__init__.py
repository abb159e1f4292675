"""Modes of the left mouse button."""
