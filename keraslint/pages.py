"""A rule's page: its docstring, with the sections that nobody types filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keraslint.evidence import Record
from keraslint.evidence import concerns
from keraslint.evidence import described
from keraslint.evidence import records
from keraslint.measured import sentences
from keraslint.registry import RegisteredRule
from keraslint.registry import summary_of
from keraslint.reserved import ReservedCode
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


@dataclass(frozen=True, slots=True)
class Page:
    """A page in parts: what stands before the first section, the sections by heading in order, the two programs.

    A section is empty where the author wrote nothing in it; the programs belong below *Example* and *Use instead*.
    """

    preamble: str
    sections: Mapping[str, str]
    programs: Mapping[str, str]


def page_of(rule: RegisteredRule, *, shipped: bool = False) -> Page:
    """The page of a rule, with the user's own figures or with the ``shipped`` ones alone."""
    preamble, *parts = _HEADING.split(rule.page)
    written = dict(zip(parts[::2], (body.strip() for body in parts[1::2]), strict=True))
    written["Measured"] = "\n\n".join(filter(None, (_measured(rule, shipped), written.get("Measured", ""))))
    programs = {
        heading: code.decode("utf-8", "replace").strip()
        for heading, filename in _FIXTURES.items()
        if (code := rule.fixture(filename)) is not None
    }
    order = _ordered(list(_HEADING.findall(rule.page)))
    return Page(preamble.strip(), {heading: written.get(heading, "") for heading in order}, programs)


def render_page(rule: RegisteredRule) -> str:
    """The page of a rule as Markdown, without its title."""
    page = page_of(rule)
    blocks = [f"## {heading}\n\n{body}" for heading, body in _filled(page).items()]
    return "\n\n".join([*filter(None, [page.preamble]), *blocks]) + "\n"


def missing_sections(rule: RegisteredRule) -> list[str]:
    """The sections that every page has and this one lacks; one that begins with `Why it` tells why."""
    filled = _filled(page_of(rule))
    headings = ["Why it is slow" if each.startswith("Why it ") else each for each in filled]
    return [section for section in _SECTIONS if section not in headings]


def described_rule(rule: RegisteredRule) -> dict[str, Any]:
    """A rule as JSON has it."""
    applicability = rule.rule.applicability
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.rule.severity.value,
        "group": rule.group,
        "summary": rule.summary,
        "fix": None if applicability is None else applicability.value,
        "targets": list(rule.rule.targets),
        "page": render_page(rule),
        "evidence": [described(record) for record in records(rule)],
    }


def described_code(code: ReservedCode) -> dict[str, Any]:
    """A code of the engine's own in the same form."""
    return {
        "code": code.code,
        "name": code.name,
        "severity": code.severity.value,
        "group": "engine",
        "summary": summary_of(code.page),
        "fix": None,
        "targets": [2, 3],
        "page": code.page,
        "evidence": [],
    }


def title_of(entry: Mapping[str, Any]) -> str:
    """What stands above a page: the name of the rule, and the line that places it."""
    fix = f"fix: {entry['fix']}" if entry["fix"] else "no fix"
    targets = " and ".join(map(str, entry["targets"]))
    facts = f"`{entry['code']}` · {entry['severity']} · {entry['group']} · {fix} · Keras {targets}"
    return f"# {entry['name']} ({entry['code']})\n\n{facts}"


def _filled(page: Page) -> dict[str, str]:
    """The sections that are not empty, with the programs in them."""
    blocks = {heading: f"```python\n{code}\n```" for heading, code in page.programs.items()}
    texts = {
        heading: "\n\n".join(filter(None, (note, blocks.get(heading, ""))))
        for heading, note in page.sections.items()
    }
    return {heading: text for heading, text in texts.items() if text}


def _ordered(headings: list[str]) -> list[str]:
    """The docstring's own headings in its own order, the missing ones before those that they precede."""
    for index, heading in enumerate(_SECTIONS):
        if heading not in headings:
            later = [following for following in _SECTIONS[index + 1 :] if following in headings]
            headings.insert(headings.index(later[0]) if later else len(headings), heading)
    return headings


def _measured(rule: RegisteredRule, shipped: bool) -> str:
    found = records(rule, shipped=shipped)
    lines = "\n".join(f"- {sentences(record)}" for record in found)
    return "\n\n".join(filter(None, (lines, _not_measured(rule, found))))


def _not_measured(rule: RegisteredRule, found: Sequence[Record]) -> str:
    """What no record speaks of: the hardware that the rule is about, or anything at all."""
    hardware = rule.rule.hardware
    if rule.rule.claim in _NOTHING_TIMED:
        return "" if found else _NOTHING_TIMED[rule.rule.claim]
    if hardware == "any":
        return "" if found else "Not measured yet; any machine can show it."
    if any(concerns(hardware, record.hardware) for record in found):
        return ""
    return f"Not measured yet on {_HARDWARE.get(hardware, hardware)}, which is what the rule is about."
