"""Abstract evaluation: what a run of a program knows, and what the calls in it give."""
