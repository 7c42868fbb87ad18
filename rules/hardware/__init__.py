"""Rules about devices, workers and strategies."""
