"""What ``argparse`` gives: options whose type may be known, and whose value never is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Value

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_PARSER = "argparse.ArgumentParser()"
_TYPES = ("bool", "float", "int", "str")


def add_argument(evaluator: Evaluator, parser: External, given: Arguments) -> None:
    """Note the type of an option, under the attribute that it will be."""
    destination = given.keyword("dest")
    spellings = [value.value for value in given.positional if isinstance(value, Const)]
    flags = [flag for flag in spellings if isinstance(flag, str)]
    long = [flag for flag in flags if flag.startswith("--")]
    if isinstance(destination, Const) and isinstance(destination.value, str):
        name = destination.value
    elif flags:
        name = (long or flags)[0].lstrip("-").replace("-", "_")
    else:
        return
    evaluator.state.set((parser.ref, f"#option {name}"), _type(given))


def _type(given: Arguments) -> Value:
    if given.keyword("nargs") is not None or given.open:
        return UNKNOWN
    action = given.keyword("action")
    if action is not None:
        is_flag = isinstance(action, Const) and action.value in ("store_true", "store_false")
        return Some("bool") if is_flag else UNKNOWN
    kind = given.keyword("type")
    default = given.keyword("default")
    if isinstance(kind, Symbol):
        name = kind.name.removeprefix("builtins.")
        return Some(name) if name in _TYPES else UNKNOWN
    if kind is None and isinstance(default, Const) and type(default.value).__name__ in _TYPES:
        return Some(type(default.value).__name__)
    return UNKNOWN


def is_namespace(value: External) -> bool:
    """Whether a value is what ``parse_args()`` gave."""
    return value.name.startswith(_PARSER) and value.name.endswith("parse_args()")


def option(evaluator: Evaluator, namespace: External, name: str) -> Value:
    """An attribute of what ``parse_args()`` gave."""
    parser = None if namespace.call is None else namespace.call.receiver
    known = evaluator.state.get((parser.ref, f"#option {name}")) if isinstance(parser, External) else None
    return UNKNOWN if known is None else known
