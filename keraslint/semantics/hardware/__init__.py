"""What is known of devices, strategies, threads and precision."""
