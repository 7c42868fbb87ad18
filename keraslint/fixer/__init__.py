"""Fixes become text: resolved to edits, chosen, applied and written."""
