"""Pairs of runnable Keras scripts, each of which puts a claim of an article to the test."""
