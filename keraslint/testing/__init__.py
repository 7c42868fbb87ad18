"""Whether a rule pack keeps what it promises: its fixtures, its fixes, its pages and its evidence."""
