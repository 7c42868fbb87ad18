"""A rule's page: its docstring, with the sections that nobody types filled in."""

from __future__ import annotations

import re

from keraslint.evidence import Record
from keraslint.evidence import records
from keraslint.registry import RegisteredRule
from keraslint.rule import Claim

_SECTIONS = (
    "What it does",
    "Why it is slow",
    "Example",
    "Use instead",
    "When to leave it",
    "Measured",
    "References",
)
_FIXTURES = {"Example": "bad.py", "Use instead": "good.py"}
_HEADING = re.compile(r"^## (.+?)\s*$", re.MULTILINE)
_NOTHING_TIMED = {
    Claim.RESULTS: "Nothing to time: the rule is about what happens, not about how fast.",
    Claim.BREAKS: "Nothing to time: the code raises an error.",
}


def render_page(rule: RegisteredRule) -> str:
    """The page of a rule as Markdown, without its title."""
    preamble, *parts = _HEADING.split(rule.page)
    sections = dict(zip(parts[::2], (body.strip() for body in parts[1::2]), strict=True))
    for heading, filename in _FIXTURES.items():
        code = rule.fixture(filename)
        if code is not None:
            note = sections.get(heading, "")
            block = f"```python\n{code.decode('utf-8').strip()}\n```"
            sections[heading] = f"{note}\n\n{block}".strip()
    sections["Measured"] = "\n\n".join(filter(None, (_measured(rule), sections.get("Measured", ""))))
    order = [heading for heading in _ordered(list(_HEADING.findall(rule.page))) if sections.get(heading)]
    blocks = [f"## {heading}\n\n{sections[heading]}" for heading in order]
    return "\n\n".join([*filter(None, [preamble.strip()]), *blocks]) + "\n"


def _ordered(headings: list[str]) -> list[str]:
    """The docstring's own headings in its own order, the missing ones before those that they precede."""
    for index, heading in enumerate(_SECTIONS):
        if heading not in headings:
            later = [following for following in _SECTIONS[index + 1 :] if following in headings]
            headings.insert(headings.index(later[0]) if later else len(headings), heading)
    return headings


def _measured(rule: RegisteredRule) -> str:
    lines = [_line(record) for record in records(rule)]
    if lines:
        return "\n".join(lines)
    return _NOTHING_TIMED.get(rule.rule.claim, "Not measured yet.")


def _line(record: Record) -> str:
    figure = "" if record.ratio is None else f"{record.ratio:.3g}x"
    if record.interval is not None:
        figure += f" [{record.interval[0]:.3g}, {record.interval[1]:.3g}]"
    software = ", ".join(f"{name} {version}" for name, version in record.software)
    facts = [part for part in (figure, record.verdict, f"on {record.hardware}", software) if part]
    stale = " (stale: the pair has changed since)" if record.stale else ""
    return f"- {', '.join(facts)}, measured {record.measured}{stale}"
