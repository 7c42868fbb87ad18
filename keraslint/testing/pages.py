"""A rule's page has all its sections, and its evidence is of today's programs."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keraslint.evidence import document_of
from keraslint.evidence import files_in
from keraslint.evidence import records_in
from keraslint.evidence import shipped_folder
from keraslint.pages import missing_sections
from keraslint.registry import RegisteredRule
from keraslint.testing.failure import Failure
from keraslint.testing.packs import fixtures_root


def page_failures(rule: RegisteredRule) -> Iterator[Failure]:
    """The sections that a rule's page lacks."""
    for heading in missing_sections(rule):
        yield Failure(
            rule.file, rule.row, f"the page of {rule.code} has no section `## {heading}`, or an empty one"
        )


def evidence_failures(rule: RegisteredRule) -> Iterator[Failure]:
    """The figures of a rule that were measured on other programs than today's."""
    programs = (rule.fixture("bad.py"), rule.fixture("good.py"))
    for path, document in _documents(rule.package):
        for record in records_in([document or {}], rule.code, programs):
            if record.is_stale:
                message = (
                    f"the figure of {rule.code} is of other programs than today's bad.py and good.py: "
                    f"`keraslint verify {rule.code} --evidence DIR` measures them"
                )
                yield Failure(path, _row_of(path, rule.code), message)


def pack_failures(package: str, rules: Collection[RegisteredRule]) -> Iterator[Failure]:
    """Fixtures and figures of no rule, and evidence that cannot be read."""
    names = {rule.name for rule in rules}
    root = fixtures_root(package)
    for path in sorted(root.glob("*/bad.py")) if root is not None else ():
        if path.parent.name not in names:
            yield Failure(path, 1, f"no rule of {package} that can run is named `{path.parent.name}`")
    codes = {rule.code for rule in rules}
    for path, document in _documents(package):
        if document is None:
            yield Failure(path, 1, "this is no evidence, or of another schema than this keraslint's")
            continue
        for code in sorted(_codes(document) - codes):
            yield Failure(path, _row_of(path, code), f"no rule of {package} that can run has the code {code}")


def _documents(package: str) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    folder = shipped_folder(package)
    for file in files_in(folder) if folder is not None else ():
        yield Path(str(file)), document_of(file)


def _codes(document: dict[str, Any]) -> set[str]:
    records = document.get("records")
    items = records if isinstance(records, list) else []
    return {str(item.get("code")) for item in items if isinstance(item, dict)}


def _row_of(path: Path, code: str) -> int:
    """The row of an evidence file on which the record of a code begins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    named = re.compile(rf'"code": *"{re.escape(code)}"')
    return next((row for row, line in enumerate(lines, 1) if named.search(line)), 1)
