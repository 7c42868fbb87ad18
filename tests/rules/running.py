"""What happens in the process of a program: a module of its own, for that process imports it by its name."""

import contextlib
import io
import os
import runpy
from dataclasses import dataclass
from dataclasses import field
from multiprocessing.connection import Connection
from typing import Any

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}


@dataclass
class Ran:
    """How a program ended: the name and text of its error, and the values of what was asked for."""

    error: str = ""
    message: str = ""
    printed: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def run_program(path: str, asked: tuple[str, ...], answer: Connection) -> None:
    os.environ.update(QUIET)
    ran = Ran()
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            names = runpy.run_path(path, run_name="__main__")
            ran.values = {each: eval(each, names) for each in asked}
    except BaseException as error:
        ran.error, ran.message = type(error).__name__, str(error)
    ran.printed = out.getvalue()
    answer.send(ran)
