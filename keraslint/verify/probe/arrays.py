"""Arrays out of whatever a framework nests them in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def flatten(value: Any, scalars: bool = False) -> list[Any]:
    """All arrays in the order of their places; single numbers too where they are data."""
    found: list[Any] = []
    _collect(value, found)
    if scalars:
        return [array.reshape(array.shape or (1,)) for array in found]
    return [array for array in found if array.ndim]


def _collect(value: Any, found: list[Any]) -> None:
    if isinstance(value, dict):
        for name in sorted(value, key=str):
            _collect(value[name], found)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _collect(part, found)
    elif hasattr(value, "row_splits") and hasattr(value, "flat_values"):
        _collect([value.flat_values, *value.nested_row_splits], found)
    elif hasattr(value, "indices") and hasattr(value, "dense_shape"):
        _collect([value.indices, value.values], found)
    elif value is not None:
        array = _array(value)
        if array is not None:
            found.append(array)


def _array(value: Any) -> Any:
    numpy = sys.modules["numpy"]
    if isinstance(value, numpy.ndarray):
        # The program may write into its own array for the next batch.
        return value.copy()
    if not (hasattr(value, "shape") and hasattr(value, "dtype")):
        return None
    try:
        return numpy.array(value.detach().cpu() if hasattr(value, "detach") else value)
    except Exception:
        # A symbol, or what lies on no device from which it can be read.
        return None


def scalars(value: Any) -> list[float]:
    """All single numbers in a value, in the order of their places."""
    if isinstance(value, dict):
        return [number for name in sorted(value, key=str) for number in scalars(value[name])]
    if isinstance(value, (list, tuple)):
        return [number for part in value for number in scalars(part)]
    if value is None or getattr(value, "shape", ()) != ():
        return []
    try:
        return [float(value)]
    except (TypeError, ValueError):
        return []


def write(path: Path, groups: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Write groups of arrays to one file; returns the type of each array, by group."""
    numpy = sys.modules["numpy"]
    types = []
    arrays = {}
    for number, group in enumerate(groups):
        types.append([str(array.dtype) for array in group])
        for place, array in enumerate(group):
            arrays[f"{number}_{place}"] = _plain(array)
    numpy.savez(str(path), **arrays)
    return types


def _plain(array: Any) -> Any:
    numpy = sys.modules["numpy"]
    if array.dtype == object:
        return numpy.array([str(item) for item in array.ravel()]).reshape(array.shape)
    if array.dtype.kind == "V":
        # Types that NumPy itself does not know, such as bfloat16.
        return array.view(numpy.uint8)
    return array
