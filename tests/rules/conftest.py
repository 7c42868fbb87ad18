"""Programs run with the real Keras: TensorFlow is imported once, and each program gets a process of its own."""

import contextlib
import io
import os
import runpy
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
LIMIT = 120


@dataclass
class Ran:
    """How a program ended: the name and text of its error, and the values of what was asked for."""

    error: str = ""
    message: str = ""
    printed: str = ""
    values: dict[str, Any] = field(default_factory=dict)


Run = Callable[..., Ran]


def _child(path: str, asked: tuple[str, ...], answer: Connection) -> None:
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


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """A function that runs a program and says how it ended, and what expressions give in it afterwards."""
    saved = {name: os.environ.get(name) for name in QUIET}
    os.environ.update(QUIET)
    context = get_context("forkserver")
    context.set_forkserver_preload(["tensorflow", "keras", "tf_keras"])

    def run(program: Path | str, *asked: str) -> Ran:
        path = FIXTURES / program if isinstance(program, str) else program
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_child, args=(str(path), asked, sending))
        process.start()
        sending.close()
        try:
            assert receiving.poll(LIMIT), f"{path} runs too long"
            return receiving.recv()
        finally:
            process.kill()
            process.join()

    yield run
    for name, value in saved.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
