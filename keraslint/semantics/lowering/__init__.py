"""The lowered form of a module, and what is read off it alone."""
