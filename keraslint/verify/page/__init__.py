"""The report as one page: it opens from disk, needs no network, and its figures are those of its JSON."""

from keraslint.verify.page.render import Pair
from keraslint.verify.page.render import render

__all__ = ["Pair", "render"]
