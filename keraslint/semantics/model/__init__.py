"""What is known of models: their layers with shapes and costs, how they are built and frozen."""
