"""Shapes, parameters and costs of Keras layers."""
