"""How far arrays are apart."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from keraslint.verify.captured import Array

INFINITE = float("inf")


def largest(arrays: Iterable[Array]) -> float:
    """The largest finite value of all arrays, without its sign."""
    found = 0.0
    for array in arrays:
        if array.size and array.dtype.kind in "fiub":
            finite = np.abs(array[np.isfinite(array)].astype("float64"))
            found = max(found, float(finite.max()) if finite.size else 0.0)
    return found


def deviations(one: Array, other: Array, scale: float) -> Array:
    """For each row by how much it differs, as a share of ``scale``; infinite where that means nothing."""
    rows = len(one)
    if one.shape != other.shape:
        return np.full(max(rows, 1), INFINITE)
    if one.dtype.kind not in "fiub":
        same = (one == other).reshape(rows, -1).all(axis=1)
        return np.where(same, 0.0, INFINITE)
    left = one.astype("float64").reshape(rows, -1)
    right = other.astype("float64").reshape(rows, -1)
    with np.errstate(invalid="ignore"):
        apart = np.abs(left - right)
    apart[(left == right) | (np.isnan(left) & np.isnan(right))] = 0.0
    apart[np.isnan(apart)] = INFINITE
    shares: Array = apart.max(axis=1, initial=0.0) / (scale or 1.0)
    return shares


def deviation(one: Array, other: Array) -> float:
    """The largest of the deviations of two arrays, measured by their own largest value."""
    scale = largest([one, other])
    return float(deviations(np.atleast_1d(one), np.atleast_1d(other), scale).max(initial=0.0))
