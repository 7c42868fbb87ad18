"""Start a script under the probe: ``python path/to/probe --out FILE -- script.py arguments``."""

import importlib.util
import sys
from pathlib import Path


def _load() -> None:
    # Under a name of its own: the script's folder may hold a module of any other name.
    here = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        "_keraslint_probe", here / "__init__.py", submodule_search_locations=[str(here)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    _load()
    command = importlib.import_module("_keraslint_probe.command")
    command.main(sys.argv[1:])
