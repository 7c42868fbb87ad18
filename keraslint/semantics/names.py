"""Canonical names of what other packages define."""

from __future__ import annotations

from functools import cache

from keraslint.semantics import api
from keraslint.semantics.evaluation.values import Symbol

FRAMEWORKS = ("keras", "tensorflow", "tf_keras")
_SPELLINGS = {"np": "numpy"}


@cache
def symbol(dotted: str, generation: int | None = None) -> Symbol:
    """The symbol that an absolute dotted path means, whatever road the program took to it."""
    if dotted.split(".", 1)[0] in FRAMEWORKS:
        resolved = api.resolve(dotted)
        if resolved is not None:
            return Symbol(resolved.name, generation or resolved.generation)
    return Symbol(dotted, generation)


@cache
def exists(dotted: str) -> bool:
    """Whether a framework's public API has this name, as far as the generated tables know."""
    if dotted.split(".", 1)[0] not in FRAMEWORKS:
        return False
    resolved = api.resolve(dotted)
    return resolved is not None and resolved.known


@cache
def is_a(name: str, base: str) -> bool:
    """Whether the public class ``name`` is ``base`` or derives from it."""
    return name == base or api.is_a(name, base)
