"""The server as a process: its pipes, and when it has to go."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from typing import BinaryIO

_PARENT_EVERY = 2.0


class _Pipe:
    """The way to the client; nobody is left to serve once it is closed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        """Write everything, or end."""
        try:
            return self._stream.write(data)
        except (OSError, ValueError):
            os._exit(1)

    def flush(self) -> None:
        """Send what was written, or end."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            os._exit(1)

    def close(self) -> None:
        """Close the way out."""
        try:
            self._stream.close()
        except OSError:
            os._exit(1)


def serve_streams(start: Callable[[BinaryIO, BinaryIO], None]) -> None:
    """Give the standard streams to a server; whatever else is printed goes to standard error."""
    to_client = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    start(sys.stdin.buffer, _Pipe(to_client))  # type: ignore[arg-type]


async def watch_parent(process: int) -> None:
    """End once the client's process is gone, though something else may hold its pipes open."""
    while sys.platform != "win32":
        await asyncio.sleep(_PARENT_EVERY)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            os._exit(1)
        except PermissionError:
            continue
