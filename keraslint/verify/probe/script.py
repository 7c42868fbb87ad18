"""A script run as ``python script.py arguments`` would run it."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any


class Ending:
    """How a script ended: by itself, with a status, or with an exception."""

    def __init__(self, how: str, status: int = 0, exception: BaseException | None = None) -> None:
        self.how = how
        self.status = status
        self.exception = exception

    def as_json(self) -> dict[str, Any]:
        """The ending for the process that waits for it."""
        record: dict[str, Any] = {"how": self.how, "status": self.status}
        if self.exception is not None:
            kind = type(self.exception)
            record["types"] = [base.__name__ for base in kind.__mro__]
            record["message"] = str(self.exception)
            record["package"] = getattr(self.exception, "name", None)
            record["traceback"] = "".join(
                traceback.format_exception(kind, self.exception, _own(self.exception))
            )
        return record


def _own(exception: BaseException) -> Any:
    # The script's part begins two frames below: after run and its call of exec.
    return exception.__traceback__.tb_next if exception.__traceback__ is not None else None


def run(path: str, arguments: Sequence[str]) -> Ending:
    """Run the script as ``__main__`` until it ends in whatever way."""
    full = os.path.abspath(path)  # noqa: PTH100
    module = ModuleType("__main__")
    name = full if sys.version_info >= (3, 9) else path
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(os.path.realpath(path))  # noqa: PTH120
    if hasattr(sys, "orig_argv"):
        sys.orig_argv = [sys.executable, path, *arguments]
    try:
        with io.open_code(full) as file:
            code = compile(file.read(), name, "exec", dont_inherit=True)
    except BaseException as error:
        traceback.print_exc()
        return Ending("raised", 1, error)
    module.__dict__.update(
        __file__=name,
        __loader__=SourceFileLoader("__main__", full),
        __builtins__=__builtins__,
        __cached__=None,
    )
    sys.modules["__main__"] = module
    try:
        exec(code, module.__dict__)
    except SystemExit as exit_:
        return Ending("exited", _status(exit_.code))
    except BaseException as error:
        sys.excepthook(type(error), error, _own(error))
        return Ending("raised", 1, error)
    return Ending("finished")


def _status(code: Any) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)  # noqa: T201
    return 1
