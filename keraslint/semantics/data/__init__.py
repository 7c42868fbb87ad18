"""What is known of data: pipelines, sequences, generators and what they do for each sample."""
