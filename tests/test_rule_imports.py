"""Rules read facts: they import what a rule is and what code means, and nothing to read code with."""

import ast
from pathlib import Path

import keraslint.rules

RULES = Path(keraslint.rules.__file__).parent
ALLOWED = {
    "collections.abc",
    "dataclasses",
    "enum",
    "functools",
    "itertools",
    "keraslint.rule",
    "keraslint.semantics",
    "math",
    "typing",
}


def test_rules_import_nothing_to_read_code_with() -> None:
    imported = {
        (path.name, name)
        for path in RULES.glob("*/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in _modules(node)
    }
    assert {name for _, name in imported} >= {"keraslint.rule", "keraslint.semantics"}
    assert sorted((path, name) for path, name in imported if name not in ALLOWED) == []


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return ["." * node.level + (node.module or "")]
