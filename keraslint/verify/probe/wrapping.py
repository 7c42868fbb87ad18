"""Methods of Keras and TensorFlow replaced by ones that watch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from typing import TypeVar

Function = TypeVar("Function", bound="Callable[..., Any]")


def unconverted(function: Function) -> Function:
    """Keep AutoGraph from rewriting a function of ours where the script's code calls it."""
    function.autograph_info__ = None  # type: ignore[attr-defined]
    return function


def wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace the method by ``around(original, self, *args, **kwargs)``, once."""
    original = vars(owner).get(name) if owner is not None else None
    if original is None or hasattr(original, "watched_by_probe"):
        return

    @functools.wraps(original)
    def watched(*args: Any, **kwargs: Any) -> Any:
        return around(original, *args, **kwargs)

    watched.watched_by_probe = True  # type: ignore[attr-defined]
    setattr(owner, name, unconverted(watched))
