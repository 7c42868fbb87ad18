"""Fixes become text: resolved to edits, chosen, applied and written."""

from keraslint.fixer.edits import apply
from keraslint.fixer.edits import select_compatible
from keraslint.fixer.resolve import Resolver
from keraslint.fixer.resolve import resolve
from keraslint.fixer.write import NotWrittenError
from keraslint.fixer.write import Rewrite
from keraslint.fixer.write import write_together

__all__ = [
    "NotWrittenError",
    "Resolver",
    "Rewrite",
    "apply",
    "resolve",
    "select_compatible",
    "write_together",
]
