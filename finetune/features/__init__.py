"""What a frozen encoder or a crop makes of a store's slices, kept on disk; and how slices are varied."""
