"""The panes: slice views with their tools, and the strips below them."""
