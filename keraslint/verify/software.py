"""What programs run under: an interpreter, and the frameworks that are installed for it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BACKENDS = ("tensorflow", "jax", "torch")
# Runs under the other interpreter, of which only the standard library is known.
_ASK_VERSIONS = """
import json, sys
from importlib import metadata
found = {"python": "%d.%d" % sys.version_info[:2]}
names = {item.metadata["Name"].lower().replace("_", "-") for item in metadata.distributions() if item.metadata["Name"]}
for name, distributions in {
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tf-nightly"),
    "keras": ("keras", "keras-nightly"),
    "jax": ("jax",),
    "torch": ("torch",),
}.items():
    for distribution in distributions:
        if distribution in names:
            found.setdefault(name, metadata.version(distribution))
print(json.dumps(found))
"""
_ASK_ACCELERATORS = {
    "tensorflow": "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))",
    "jax": "import jax; print(sum(each.platform != 'cpu' for each in jax.devices()))",
    "torch": "import torch; print(torch.cuda.device_count())",
}


class NoSoftwareError(Exception):
    """What is missing, in a line that says how to get it."""


@dataclass(frozen=True, slots=True)
class Software:
    """An interpreter with a backend of Keras; ``versions`` are those that count, Python's among them."""

    python: Path
    backend: str
    versions: Mapping[str, str]

    @property
    def keras_generation(self) -> int:
        """2 or 3."""
        return int(self.versions["keras"].partition(".")[0])

    def as_mapping(self) -> dict[str, str]:
        """The form of an evidence file: the packages that take no part are left out."""
        wanted = ("python", self.backend, "keras")
        return {**{name: self.versions[name] for name in wanted}, "backend": self.backend}


def find(python: Path, backend: str) -> Software:
    """What is installed for an interpreter; raises where the backend or Keras is not."""
    try:
        answer = _ask(python, _ASK_VERSIONS, {}, timeout=60)
        versions: dict[str, str] = json.loads(answer)
    except (OSError, ValueError, subprocess.SubprocessError):
        raise NoSoftwareError(f"`{python}` is no Python that runs") from None
    missing = [name for name in (backend, "keras") if name not in versions]
    if missing:
        what = " and ".join(missing)
        verb = "are" if len(missing) > 1 else "is"
        raise NoSoftwareError(f"{what} {verb} not installed for `{python}`: {_remedy(backend, python)}")
    return Software(python, backend, versions)


def count_accelerators(software: Software, environment: Mapping[str, str]) -> int:
    """How many accelerators the backend itself finds; this imports it, in a process of its own."""
    try:
        answer = _ask(software.python, _ASK_ACCELERATORS[software.backend], environment, timeout=300)
        return int(answer.split()[-1])
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return 0


def _remedy(backend: str, python: Path) -> str:
    if backend == "tensorflow":
        return f"`{python} -m pip install 'keraslint[verify]'`"
    return f"`{python} -m pip install keras {backend}`"


def _ask(python: Path, program: str, environment: Mapping[str, str], timeout: float) -> str:
    return subprocess.run(
        (python, "-c", program),
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=True,
    ).stdout
