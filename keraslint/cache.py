"""Lowered modules in a store, under the digest of the text that they were made from.

A store lies in a project, and a project may come from a stranger: entries are
read by an unpickler that knows the nodes of the lowered form and nothing else.
"""

from __future__ import annotations

import builtins
import io
import pickle
import sys
from functools import lru_cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from keraslint.semantics.lowering import ir
from keraslint.store import Store
from keraslint.store import digest_of
from keraslint.version import VERSION

_PLAIN_TYPES = frozenset({"complex", "Ellipsis", "set", "frozenset"})


class LoweredCache:
    """The lowered modules of a store. Whatever goes wrong with an entry is a miss."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kind = f"lowered-{_generation()}"

    def get(self, text: str) -> ir.Module | None:
        """The lowered form of a text, if it was kept."""
        data = self._store.get(self._kind, _key(text))
        if data is None:
            return None
        try:
            module = _Unpickler(io.BytesIO(data)).load()
        except Exception:  # what no lowering wrote raises whatever it likes
            return None
        return module if isinstance(module, ir.Module) else None

    def put(self, text: str, module: ir.Module) -> None:
        """Keep the lowered form of a text."""
        try:
            data = pickle.dumps(module, protocol=pickle.HIGHEST_PROTOCOL)
        except RecursionError:
            return
        self._store.put(self._kind, _key(text), data)


def _key(text: str) -> str:
    return digest_of(text.encode("utf-8", "surrogatepass"))


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == ir.__name__ and name in vars(ir):
            node = vars(ir)[name]
            if isinstance(node, type) and issubclass(node, tuple):
                return node
        if module == "builtins" and name in _PLAIN_TYPES:
            return getattr(builtins, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a lowered module")


@lru_cache(maxsize=1)
def _generation() -> str:
    """Entries are good for one version of keraslint, of its lowering and of the parsers under it."""
    sources = (
        resources.files("keraslint.semantics.lowering").joinpath(name).read_bytes()
        for name in ("concrete.py", "ir.py", "lower.py", "numbering.py", "trees.py")
    )
    return f"{VERSION}-{digest_of(sys.version.encode(), _libcst().encode(), *sources)[:12]}"


def _libcst() -> str:
    """The name and version of LibCST, as its records are named: to read them takes longer than all else here."""
    spec = find_spec("libcst")
    assert spec is not None
    assert spec.origin is not None
    return ", ".join(sorted(each.name for each in Path(spec.origin).parents[1].glob("libcst-*info")))
