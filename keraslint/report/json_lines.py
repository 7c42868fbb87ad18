"""The objects of ``json``, each on a line of its own."""

from __future__ import annotations

import json

from keraslint.outcome import Outcome
from keraslint.report.json import as_object


def report(outcome: Outcome) -> str:
    """A line for each finding."""
    return "\n".join(json.dumps(as_object(diagnostic, outcome)) for diagnostic in outcome.diagnostics)
