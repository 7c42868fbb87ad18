"""The rules of a house for its own Keras trainings, one file a rule."""
