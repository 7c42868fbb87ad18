"""What code means: lowering, abstract evaluation, and the facts that rules read."""
