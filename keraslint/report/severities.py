"""The colours of severities: of the sixteen that a terminal's own theme fits to its background."""

from __future__ import annotations

from keraslint.diagnostic import Severity

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}
