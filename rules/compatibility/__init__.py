"""Rules about settings that no longer work."""
