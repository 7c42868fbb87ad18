"""What runs inside a measured process: hooks around a script's training, and what they saw.

Needs nothing but the standard library of Python 3.8 or newer, for a script is measured under its
user's own interpreter, where keraslint is not installed.
"""
