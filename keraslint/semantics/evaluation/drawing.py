"""Calls that draw: each takes longer than most of what it shows took to compute."""

from __future__ import annotations

from collections.abc import Iterable

from keraslint.semantics.evaluation.records import CallRecord

_LIBRARIES = ("matplotlib.", "seaborn.", "plotly.")


def draws(records: Iterable[CallRecord]) -> bool:
    """Whether one of the calls draws."""
    return any(record.callee.startswith(_LIBRARIES) for record in records)
