"""A file or folder that a program may read and must not write to."""

from __future__ import annotations

import os
import sys
from typing import Any

# Which arguments of an audited event are paths that it changes.
_CHANGED = {
    "os.chmod": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def protect(place: str) -> None:
    """Have every change of Python code to the file or folder refused with a PermissionError.

    What compiled code writes on its own way is not seen.
    """
    inside = os.path.realpath(place) + os.sep

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            writes = isinstance(arguments[2], int) and arguments[2] & _WRITING
            changed = arguments[:1] if writes else ()
        else:
            changed = tuple(arguments[index] for index in _CHANGED.get(event, ()))
        for path in changed:
            if isinstance(path, (str, bytes, os.PathLike)):
                real = os.path.realpath(os.fsdecode(path))
                if (real + os.sep).startswith(inside):
                    raise PermissionError(f"a script that is measured must not write to {real}")

    sys.addaudithook(refuse)
