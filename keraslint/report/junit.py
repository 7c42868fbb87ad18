"""JUnit's XML, as Jenkins and most other hosts read it: a suite a file, a case a finding."""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePosixPath
from xml.etree import ElementTree

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.outcome import Outcome
from keraslint.report.notes import in_plain_lines
from keraslint.report.plain import clean

_TOOL = "keraslint"


def report(outcome: Outcome) -> str:
    """The document; where nothing was found, it has one case that passed."""
    suites = [
        _suite(filename, list(found), outcome)
        for filename, found in groupby(outcome.diagnostics, key=lambda each: each.filename)
    ]
    if not suites:
        suites = [ElementTree.Element("testsuite", {"name": _TOOL, **_totals(1, 0)})]
        ElementTree.SubElement(suites[0], "testcase", {"name": "check", "classname": _TOOL})
    root = ElementTree.Element(
        "testsuites", {"name": _TOOL, **_totals(_cases(outcome), _failures(outcome.diagnostics))}
    )
    root.extend(suites)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _cases(outcome: Outcome) -> int:
    return len(outcome.diagnostics) or 1


def _failures(found: tuple[Diagnostic, ...] | list[Diagnostic]) -> int:
    return sum(diagnostic.severity is not Severity.INFO for diagnostic in found)


def _totals(tests: int, failures: int) -> dict[str, str]:
    return {"tests": str(tests), "failures": str(failures), "errors": "0"}


def _suite(filename: str, found: list[Diagnostic], outcome: Outcome) -> ElementTree.Element:
    totals = _totals(len(found), _failures(found))
    suite = ElementTree.Element("testsuite", {"name": clean(filename), "package": _TOOL, **totals})
    for diagnostic in found:
        suite.append(_case(diagnostic, outcome))
    return suite


def _case(diagnostic: Diagnostic, outcome: Outcome) -> ElementTree.Element:
    """What is good to know passes: it fails no run."""
    place = outcome.place(diagnostic.filename, diagnostic.location)
    name = f"{diagnostic.code} {diagnostic.name} ({place})"
    classname = clean(str(PurePosixPath(diagnostic.filename).with_suffix("")))
    case = ElementTree.Element("testcase", {"name": name, "classname": classname})
    lines = (f"{diagnostic.filename}:{place}: {diagnostic.message}", *in_plain_lines(diagnostic, outcome))
    text = "\n".join(map(clean, lines))
    if diagnostic.severity is Severity.INFO:
        ElementTree.SubElement(case, "system-out").text = text
    else:
        attributes = {"type": diagnostic.severity.value, "message": clean(diagnostic.message)}
        ElementTree.SubElement(case, "failure", attributes).text = text
    return case
