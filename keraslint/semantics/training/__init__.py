"""What is known of training: its calls, the loops that stand for them, and what they repeat."""
