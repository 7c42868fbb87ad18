"""Which generations of Keras have a name, the releases before tf-keras among them."""

from __future__ import annotations

import json
from functools import cache
from functools import lru_cache
from pathlib import Path
from typing import Any

from keraslint.semantics import api

_TABLE = Path(__file__).with_name("tables") / "generations.json"
_CACHE_SIZE = 1 << 12
_BOTH = frozenset({2, 3})


@lru_cache(_CACHE_SIZE)
def existing(path: str) -> frozenset[int]:
    """The generations that have a path as it is written; the releases before tf-keras are Keras 2's."""
    generations = api.exists_in(path)
    resolved = api.resolve(path)
    # The archives spell every name as the package itself does; so does what TensorFlow lent.
    written = path.replace("tensorflow.keras", "keras", 1) if path.startswith("tensorflow.keras") else path
    if written.partition(".")[0] != "keras" or resolved is None:
        return generations
    if not generations and written in _old_names():
        return frozenset({2})
    return _BOTH if generations == {3} and written in table()["names_both"] else generations


@cache
def _old_names() -> frozenset[str]:
    return frozenset(table()["names_2"])


@cache
def table() -> dict[str, Any]:
    """The generated table of what one generation alone has."""
    table: dict[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return table
