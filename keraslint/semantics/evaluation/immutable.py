"""Dataclasses that nobody changes.

The type checker holds that. A frozen dataclass holds it at run time as well, for which its constructor takes three
times as long (0.5 µs in place of 0.15 for four fields, Python 3.11), and the evaluator makes half a million values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: object) -> Callable[[T], T]:
        """Do at run time what ``typing.dataclass_transform`` does from Python 3.11 on: nothing."""
        return lambda decorator: decorator


T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def immutable(*, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """Make a dataclass with slots that is not to be changed; without ``eq`` it equals itself alone."""

    def make(cls: type[T]) -> type[T]:
        return dataclass(slots=True, eq=eq, unsafe_hash=eq and "__hash__" not in vars(cls))(cls)

    return make
