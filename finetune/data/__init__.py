"""From data sets as they lie on disk to a store of slices, objects and where they came from."""
