"""Rules about architecture."""
