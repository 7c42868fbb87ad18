"""A rule's page: its docstring, with the sections that nobody types filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from keraslint.evidence import Record
from keraslint.evidence import records
from keraslint.measured import is_accelerator
from keraslint.measured import sentences
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
_HARDWARE = {"accelerator": "a GPU or another accelerator"}
_NOTHING_TIMED = {
    Claim.RESULTS: "Nothing to time: the rule is about what happens, not about how fast.",
    Claim.BREAKS: "Nothing to time: the code raises an error.",
}


def render_page(rule: RegisteredRule) -> str:
    """The page of a rule as Markdown, without its title."""
    preamble, sections = _read(rule)
    blocks = [f"## {heading}\n\n{body}" for heading, body in sections.items()]
    return "\n\n".join([*filter(None, [preamble]), *blocks]) + "\n"


def missing_sections(rule: RegisteredRule) -> list[str]:
    """The sections that every page has and this one lacks; one that begins with `Why it` tells why."""
    headings = ["Why it is slow" if each.startswith("Why it ") else each for each in _read(rule)[1]]
    return [section for section in _SECTIONS if section not in headings]


def _read(rule: RegisteredRule) -> tuple[str, dict[str, str]]:
    """What stands before the first section, and the sections that are not empty by their headings, in order."""
    preamble, *parts = _HEADING.split(rule.page)
    sections = dict(zip(parts[::2], (body.strip() for body in parts[1::2]), strict=True))
    for heading, filename in _FIXTURES.items():
        code = rule.fixture(filename)
        if code is not None:
            note = sections.get(heading, "")
            block = f"```python\n{code.decode('utf-8', 'replace').strip()}\n```"
            sections[heading] = f"{note}\n\n{block}".strip()
    sections["Measured"] = "\n\n".join(filter(None, (_measured(rule), sections.get("Measured", ""))))
    order = _ordered(list(_HEADING.findall(rule.page)))
    return preamble.strip(), {heading: sections[heading] for heading in order if sections.get(heading)}


def _ordered(headings: list[str]) -> list[str]:
    """The docstring's own headings in its own order, the missing ones before those that they precede."""
    for index, heading in enumerate(_SECTIONS):
        if heading not in headings:
            later = [following for following in _SECTIONS[index + 1 :] if following in headings]
            headings.insert(headings.index(later[0]) if later else len(headings), heading)
    return headings


def _measured(rule: RegisteredRule) -> str:
    found = records(rule)
    lines = "\n".join(f"- {sentences(record)}" for record in found)
    return "\n\n".join(filter(None, (lines, _not_measured(rule, found))))


def _not_measured(rule: RegisteredRule, found: Sequence[Record]) -> str:
    """What no record speaks of: the hardware that the rule is about, or anything at all."""
    hardware = rule.rule.hardware
    if rule.rule.claim in _NOTHING_TIMED:
        return "" if found else _NOTHING_TIMED[rule.rule.claim]
    if hardware == "any":
        return "" if found else "Not measured yet."
    if hardware == "accelerator" and any(is_accelerator(record.hardware) for record in found):
        return ""
    return f"Not measured yet on {_HARDWARE.get(hardware, hardware)}, which is what the rule is about."
