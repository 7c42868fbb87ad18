"""The report as one page: it opens from disk, needs no network, and its figures are those of its JSON."""

from keraslint.verify.page.render import render
from keraslint.verify.page.view import MeasuredPair

__all__ = ["MeasuredPair", "render"]
