"""What a dataclass that was written out, to be compiled, still needs; nothing else imports it."""

from __future__ import annotations

from dataclasses import _FIELD  # type: ignore[attr-defined]
from dataclasses import Field
from dataclasses import field
from typing import Any


def fields_of(*names: str) -> dict[str, Field[Any]]:
    """The fields that ``dataclasses.replace`` looks for in a class."""
    found: dict[str, Field[Any]] = {}
    for name in names:
        found[name] = made = field()
        made.name = name
        made._field_type = _FIELD
    return found
