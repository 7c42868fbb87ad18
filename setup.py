"""The build: pure Python, or with the semantics compiled where ``KERASLINT_COMPILE`` is set."""

import os
import sys
from pathlib import Path

from setuptools import setup

MYPY = "mypy==2.4.1"

sys.path.insert(0, str(Path(__file__).parent / "scripts"))

level = os.environ.get("KERASLINT_COMPILE")
if not level:
    setup()
else:
    try:
        from compile_semantics import extensions
    except ModuleNotFoundError:
        # The first question to a build is what it needs.
        setup(setup_requires=[MYPY])
    else:
        setup(ext_modules=extensions(level))
