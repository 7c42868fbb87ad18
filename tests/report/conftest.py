from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from keraslint.config import Settings
from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.diagnostic import RelatedPlace
from keraslint.diagnostic import Severity
from keraslint.outcome import Outcome
from keraslint.plan import plan_for
from keraslint.registry import Registry
from keraslint.report import full
from keraslint.source.text import SourceFile


@pytest.fixture
def diagnostic() -> Callable[..., Diagnostic]:
    """A function that makes a warning about a stretch of ``train.py``."""

    def make(row: int, column: int, end_column: int, end_row: int | None = None, **others) -> Diagnostic:
        fields = {
            "code": "KL106",
            "name": "map-before-batch",
            "severity": Severity.WARNING,
            "confidence": Confidence.HIGH,
            "message": "`scale` runs once for each element",
            "filename": "train.py",
            "location": Location(row, column),
            "end_location": Location(end_row or row, end_column),
        }
        return Diagnostic(**{**fields, **others})

    return make


@pytest.fixture
def related() -> Callable[..., RelatedPlace]:
    """A function that makes a related place."""

    def make(
        row: int, column: int, end_column: int, message: str, filename: str = "train.py"
    ) -> RelatedPlace:
        return RelatedPlace(filename, Location(row, column), Location(row, end_column), message)

    return make


@pytest.fixture
def render() -> Callable[..., str]:
    """A function that renders findings in full, as a terminal of some width gets them."""

    def render(
        texts: str | dict[str, str], *found: Diagnostic, width: int | None = None, color: bool = False
    ) -> str:
        if isinstance(texts, str):
            texts = {"train.py": texts}
        plan = plan_for(Settings(root=Path("/project")), Registry(()))
        sources = {name: SourceFile(Path(name), name, text.encode(), text) for name, text in texts.items()}
        outcome = Outcome(found, sources, dict.fromkeys(["train.py", *texts], plan))
        file = StringIO()
        console = Console(
            file=file,
            force_terminal=color,
            no_color=not color,
            color_system="standard" if color else None,
            soft_wrap=True,
            highlight=False,
        )
        for line in full.report(outcome, width):
            console.print(line)
        return file.getvalue()

    return render
