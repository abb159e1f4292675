"""Adapting the model in use to a user's own outlines, within some minutes, as the window asks for it."""
