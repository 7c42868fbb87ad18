"""Programs run with the real Keras: TensorFlow is imported once, and each program gets a process of its own."""

import os
import sys
from collections.abc import Callable
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
# The processes that are forked look for it there as well.
sys.path.append(str(HERE))

from running import QUIET  # noqa: E402
from running import Ran  # noqa: E402
from running import run_program  # noqa: E402

FIXTURES = HERE.parents[1] / "fixtures"
LIMIT = 120


Run = Callable[..., Ran]


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
        process = context.Process(target=run_program, args=(str(path), asked, sending))
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
