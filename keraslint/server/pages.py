"""The pages of rules as files that an editor can open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keraslint.pages import described_code
from keraslint.pages import described_rule
from keraslint.pages import title_of
from keraslint.places import state_folder
from keraslint.registry import Registry
from keraslint.reserved import RESERVED
from keraslint.version import VERSION


class PageFiles:
    """The pages of all rules; a file is written when somebody first asks for it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._written: dict[str, Path | None] = {}

    def text(self, code: str) -> str | None:
        """A page as Markdown, None where there is no such rule."""
        entry = self._entry(code)
        return None if entry is None else f"{title_of(entry)}\n\n{entry['page']}"

    def file(self, code: str) -> Path | None:
        """The file of a page, None where there is none or it cannot be written."""
        if code not in self._written:
            self._written[code] = self._write(code)
        return self._written[code]

    def _write(self, code: str) -> Path | None:
        text = self.text(code)
        if text is None:
            return None
        path = state_folder() / "pages" / VERSION / f"{code}.md"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError:
            return None
        return path

    def _entry(self, code: str) -> dict[str, Any] | None:
        rule = self._registry.find(code)
        if rule is not None:
            return described_rule(rule)
        return next((described_code(each) for each in RESERVED if each.code == code), None)
