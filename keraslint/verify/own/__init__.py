"""A script of the user's own: as it is, with all fixes, and with each fix alone."""
