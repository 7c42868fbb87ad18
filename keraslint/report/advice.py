"""What is good to know and fails no run: what is said of several places is said once."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence

from rich.text import Text

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.outcome import Outcome
from keraslint.report.concise import headed
from keraslint.report.concise import said
from keraslint.report.severities import STYLES
from keraslint.report.words import count
from keraslint.report.wrapping import hanging

_MOST_PLACES = 10


def report(found: Sequence[Diagnostic], outcome: Outcome, width: int | None) -> Iterator[Text]:
    """A line a finding below a heading; of those that say the same, the places below what they say."""
    yield Text("info", STYLES[Severity.INFO]).append(": good to know, fails no run", "not bold default")
    alike: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        alike.setdefault(said(diagnostic, outcome).plain, []).append(diagnostic)
    for first, *others in alike.values():
        if not others:
            line = Text.assemble("  ", headed(first, outcome), ": ", said(first, outcome))
            yield from hanging(line, width, 4)
            continue
        yield from hanging(Text("  ") + said(first, outcome), width, 4)
        for each in (first, *others)[:_MOST_PLACES]:
            yield Text("    ") + headed(each, outcome)
        more = len(others) + 1 - _MOST_PLACES
        if more > 0:
            line = Text(f"    and {count(more, 'more place')} (`--output-format concise` names each)", "dim")
            yield from hanging(line, width, 6)
