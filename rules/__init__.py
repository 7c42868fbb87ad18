"""The rules that come with keraslint, one file each, grouped by what they are about."""
