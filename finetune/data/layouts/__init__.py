"""How data sets lie on disk: each layout finds cases and reads one at a time."""
