"""The harness: slow and better code run on the hardware at hand, and compared."""
