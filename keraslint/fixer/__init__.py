"""Fixes become text: resolved to edits, chosen, applied and written."""

from keraslint.fixer.edits import apply
from keraslint.fixer.edits import select_compatible
from keraslint.fixer.resolve import Resolver
from keraslint.fixer.resolve import resolve
from keraslint.fixer.write import write_atomically

__all__ = ["Resolver", "apply", "resolve", "select_compatible", "write_atomically"]
