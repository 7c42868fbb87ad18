"""A linter for Keras scripts and notebooks that finds what makes training slow."""
