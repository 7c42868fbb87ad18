"""A path becomes text."""
