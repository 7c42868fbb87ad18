"""The laws of fixing, each as a function that tells what breaks it.

They look at bytes and at Python's own syntax trees and symbol tables, and share no code with the fixer.
"""

from __future__ import annotations

import ast
import builtins
import codecs
import json
import re
import symtable
import warnings
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from typing import NamedTuple
from typing import TypeAlias

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Edit
from keraslint.diagnostic import Severity
from keraslint.outcome import Change
from keraslint.outcome import Outcome

_LINE_END = re.compile(r"\r\n|\r|\n")
_OWN_CODES = frozenset({"KL001", "KL002", "KL003"})


class Application(NamedTuple):
    """The edits of one round in one text, and what came of them."""

    text: str
    edits: Sequence[Edit]
    result: str


# 1. The result parses and compiles.


def uncompiled(change: Change) -> Iterator[str]:
    """Tell what no longer compiles: the file, or a cell of a notebook."""
    before, after = change.before, change.after
    if before.notebook is None:
        if _compiles(before.data) and not _compiles(after.data):
            yield "does not compile"
        return
    assert after.notebook is not None
    if _compiles(before.text) and not _compiles(after.text):
        yield "does not compile as a whole"
    old = {number: text for number, _, text in before.notebook.cell_texts()}
    for number, _, text in after.notebook.cell_texts():
        if text != old[number] and _compiles(old[number]) and not _compiles(text):
            yield f"cell {number} does not compile"


def _compiles(code: bytes | str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "code", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


# 2. The finding is gone, and none came.


def came(before: Outcome, after: Outcome, fixed: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Tell of findings of severity warning or error that are more than before, or no fewer after a fix."""
    old, new = _weighty(before.diagnostics), _weighty(after.diagnostics)
    # What was fixed may have been infos, which are not counted.
    mild = Counter((each.filename, each.code) for each in before.diagnostics) - old
    for key, number in sorted(new.items()):
        name, code = key
        if number > old[key] or code in _OWN_CODES:
            yield f"{name}: {number} of {code} where there were {old[key]}"
        elif number > old[key] - max(fixed.get(key, 0) - mild[key], 0):
            yield f"{name}: {number} of {code} left of {old[key]}, of which {fixed[key]} were fixed"
    for diagnostic in after.diagnostics:
        if diagnostic.code in _OWN_CODES and diagnostic not in before.diagnostics:
            yield f"{diagnostic.filename}: {diagnostic.code} {diagnostic.message}"


def _weighty(diagnostics: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((each.filename, each.code) for each in diagnostics if each.severity is not Severity.INFO)


# 3. Every byte outside the edits is the same.


def disturbed(change: Change, applied: Sequence[Application]) -> Iterator[str]:
    """Tell what differs outside of the edits, in the text and in the bytes around it."""
    before, after = change.before, change.after
    if (before.text, after.text) != (applied[0].text, applied[-1].result):
        yield "the edits are not those that were made"
    for one, other in pairwise(applied):
        if one.result != other.text:
            yield "a round does not begin where the one before ended"
    for each in applied:
        if not _is_spliced(each):
            yield "differs outside of the edits"
    yield from _changed_form(change)
    if before.notebook is not None and _around_cells(before.data) != _around_cells(after.data):
        yield "differs outside of the sources of cells"


def _is_spliced(application: Application) -> bool:
    """Whether the result is the old text with each range replaced, told by rows and columns alone."""
    rows = _LINE_END.split(application.text)
    starts = [0]
    for row, end in zip(rows, _LINE_END.findall(application.text), strict=False):
        starts.append(starts[-1] + len(row) + len(end))
    at = kept = 0
    ordered = {(each.location, each.end_location, each.content) for each in application.edits}
    for begin, end, content in sorted(ordered):
        start = starts[begin.row - 1] + begin.column - 1
        same = application.text[kept:start] + content
        if not application.result.startswith(same, at):
            return False
        at += len(same)
        kept = starts[end.row - 1] + end.column - 1
    return application.result[at:] == application.text[kept:]


def _changed_form(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    if before.data.startswith(codecs.BOM_UTF8) != after.data.startswith(codecs.BOM_UTF8):
        yield "the byte order mark changed"
    if before.encoding != after.encoding:
        yield f"the encoding changed from {before.encoding} to {after.encoding}"
    ends, others = (set(_LINE_END.findall(each.text)) for each in change)
    if len(ends) == 1 and others != ends:
        yield "line ends changed"
    if before.data and before.data[-1:] in b"\r\n" and after.data[-1:] != before.data[-1:]:
        yield "the final newline changed"
    if before.data[-1:] not in b"\r\n" and after.data[-1:] in b"\r\n":
        yield "a final newline came"


def _around_cells(data: bytes) -> tuple[Any, str]:
    """What a notebook holds beside its sources: as a document, and as text without strings of code."""
    document = json.loads(data)
    for cell in document["cells"]:
        if cell.get("cell_type") == "code":
            cell["source"] = None
    outer = re.sub(r'"(?:[^"\\]|\\.)*"', '""', data.decode("utf-8-sig"))
    return document, re.sub(r'(?:\s*"",?)+', '""', outer)


# 6. Imports are added once, in the right place, and no name shadows or collides.

_Path: TypeAlias = tuple[str, ...]


class _Scope(NamedTuple):
    """A scope: its symbols, what each import in it binds and where, and how often it reads each name."""

    table: symtable.SymbolTable
    imports: dict[str, list[tuple[str, int]]]
    reads: Counter[str]


def misplaced_imports(change: Change) -> Iterator[str]:
    """Tell of new imports that are double, late, or give a name another meaning."""
    try:
        old, new = _scopes(change.before.text), _scopes(change.after.text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for path, scope in new.items():
        known = old.get(path)
        if known is None:
            continue
        for name, bound in scope.imports.items():
            there = known.imports.get(name, [])
            added = Counter(module for module, _ in bound) - Counter(module for module, _ in there)
            if not added:
                continue
            yield from (f"`{name}` is imported {n} times in {_told(path)}" for n in added.values() if n > 1)
            yield from _doubled(name, added, there, path)
            yield from _collisions(name, added, known, path)
            yield from _late(name, bound[0][1], change.after.text, path)
        yield from _shadowed(scope.reads - known.reads, new, path)
    yield from _without_meaning(change)


def _shadowed(read: Mapping[str, int], scopes: Mapping[_Path, _Scope], path: _Path) -> Iterator[str]:
    """New reads of a name that the module imports, and that means something else where it is read."""
    for name in sorted(read):
        around = [scopes[path[:end]] for end in range(len(path), -1, -1)]
        nearest = next((each for each in around if _is_bound(name, each.table)), None)
        if nearest is not None and name in scopes[()].imports and name not in nearest.imports:
            yield f"`{name}` is read in {_told(path)}, where it is no import"


def _is_bound(name: str, table: symtable.SymbolTable) -> bool:
    if name not in table.get_identifiers():
        return False
    symbol = table.lookup(name)
    return _binds(symbol) and symbol.is_local()


def _doubled(
    name: str, added: Mapping[str, int], there: Sequence[tuple[str, int]], path: _Path
) -> Iterator[str]:
    for module, _ in there:
        if module in added:
            yield f"`{name}` was imported already in {_told(path)}"
        else:
            yield f"`{name}` stood for {module} in {_told(path)}"


def _collisions(name: str, added: Mapping[str, int], known: _Scope, path: _Path) -> Iterator[str]:
    """A name that the scope, or one inside it, used before the import came."""
    for table in _within(known.table):
        if name not in table.get_identifiers():
            continue
        symbol = table.lookup(name)
        if table is known.table and (symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter()):
            if not known.imports.get(name):
                yield f"`{name}` was something else in {_told(path)}"
        elif symbol.is_referenced() and not symbol.is_local() and not known.imports.get(name):
            yield f"`{name}` was used in {_told(path)} before {', '.join(added)} came by that name"


def _late(name: str, row: int, text: str, path: _Path) -> Iterator[str]:
    """A use in the module itself above the import."""
    if path:
        return
    for node in _outside_functions(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id == name and node.lineno < row:
            yield f"`{name}` is used in row {node.lineno}, above its import in row {row}"


def _without_meaning(change: Change) -> Iterator[str]:
    """Names that are looked up in vain, or that mean a local thing, and did not before."""
    for path, name, kind in sorted((_lookups(change.after.text) - _lookups(change.before.text)).keys()):
        if kind == "nowhere":
            yield f"`{name}` means nothing in {_told(path)}"


def _lookups(text: str) -> Counter[tuple[_Path, str, str]]:
    """How often each name is read in each scope, and where its meaning comes from."""
    top = _table(text)
    star = any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in ast.walk(ast.parse(text)))
    defined = {symbol.get_name() for symbol in top.get_symbols() if _binds(symbol)}
    for table in _within(top):
        # A `global` statement binds in the module.
        defined |= {s.get_name() for s in table.get_symbols() if s.is_declared_global() and s.is_assigned()}
    found: Counter[tuple[_Path, str, str]] = Counter()
    for path, table in _paths(top):
        for symbol in table.get_symbols():
            name = symbol.get_name()
            if symbol.is_referenced():
                is_known = _binds(symbol) or symbol.is_free() or name in defined or name in _BUILTINS or star
                found[path, name, "somewhere" if is_known else "nowhere"] += 1
    return found


def _binds(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter() or symbol.is_namespace()


_BUILTINS = frozenset(dir(builtins)) | {
    "__file__",
    "__path__",
    "__class__",
    "get_ipython",
    "display",
    "exit",
    "quit",
}


def _scopes(text: str) -> dict[_Path, _Scope]:
    scopes = {path: _Scope(table, {}, Counter()) for path, table in _paths(_table(text))}
    _gather(ast.parse(text), (), scopes)
    return scopes


def _table(text: str) -> symtable.SymbolTable:
    return symtable.symtable(text, "code", "exec")


def _paths(table: symtable.SymbolTable, path: _Path = ()) -> Iterator[tuple[_Path, symtable.SymbolTable]]:
    yield path, table
    counts: Counter[str] = Counter()
    for child in table.get_children():
        counts[child.get_name()] += 1
        yield from _paths(child, (*path, f"{child.get_name()}#{counts[child.get_name()]}"))


def _within(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _within(child)


def _gather(node: ast.AST, path: _Path, scopes: Mapping[_Path, _Scope]) -> None:
    """Find the imports and the reads of each scope; lambdas and comprehensions count to the one around them."""
    counts: Counter[str] = Counter()
    scope = scopes[path]
    pending = list(ast.iter_child_nodes(node))
    while pending:
        each = pending.pop(0)
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            counts[each.name] += 1
            _gather(each, (*path, f"{each.name}#{counts[each.name]}"), scopes)
            continue
        if isinstance(each, (ast.Import, ast.ImportFrom)):
            for name, module in _bound(each):
                scope.imports.setdefault(name, []).append((module, each.lineno))
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            scope.reads[each.id] += 1
        pending[:0] = ast.iter_child_nodes(each)


def _bound(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.asname or alias.name.split(".")[0], alias.name
    else:
        for alias in node.names:
            yield alias.asname or alias.name, f"{'.' * node.level}{node.module or ''}:{alias.name}"


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from _outside_functions(child)


def _told(path: _Path) -> str:
    return ".".join(part.split("#")[0] for part in path) or "the module"
