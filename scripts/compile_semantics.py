"""Compile the semantics with mypyc, as a wheel for one version of Python and one platform holds them.

``setup.py`` asks for it where ``KERASLINT_COMPILE`` is set, to how much the C compiler is to optimise, 0 to 3. It must be
there, and takes minutes::

    KERASLINT_COMPILE=3 pip install .

What is compiled is a copy. mypyc makes a class fast only where its constructor is written out, so dataclasses
become such classes there, with the constructor, the comparison and the text that ``dataclass`` would make, and with the fields
that ``dataclasses.replace`` asks for. A module stays as it is where it uses what mypyc does not compile.
"""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mypyc.build import mypycify
from setuptools import Extension

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "compiled"
SEMANTICS = "keraslint/semantics"
MODULES = (
    "data/*.py",
    "evaluation/*.py",
    "hardware/*.py",
    "layers/*.py",
    "lowering/lower.py",
    "lowering/mentions.py",
    "lowering/usage.py",
    "model/*.py",
    "training/*.py",
)
# A generic class, a protocol that objects are asked for and a function of a program's own making are not compiled, and a
# nested function that another one calls is lost.
NOT_COMPILED = ("Generic[", "@runtime_checkable", "@dataclass_transform", "    @cache\n")
DECORATORS = ("dataclass", "immutable")
FACTORIES = {"dict": "{}", "list": "[]", "set": "set()"}
CONFIGURATION = "[mypy]\nfollow_imports = normal\nignore_errors = true\n"


class Field(NamedTuple):
    """A field of a dataclass, as its class writes it."""

    name: str
    annotation: str
    default: ast.expr | None

    @property
    def options(self) -> dict[str, ast.expr]:
        """What ``field(...)`` says."""
        is_field = isinstance(self.default, ast.Call) and ast.unparse(self.default.func) == "field"
        return {each.arg or "": each.value for each in self.default.keywords} if is_field else {}  # type: ignore[union-attr]

    @property
    def factory(self) -> str:
        """What makes its value where none is given, "" where nothing does."""
        made = ast.unparse(self.options["default_factory"]) if "default_factory" in self.options else ""
        return FACTORIES.get(made, made and f"({made})()")

    @property
    def is_shown(self) -> bool:
        """Whether the text of an object tells it."""
        return "repr" not in self.options

    @property
    def parameter(self) -> str:
        """Its parameter of the constructor."""
        if self.factory:
            return f"{self.name}: {self.annotation} | None = None"
        default = self.options.get("default") if self.options else self.default
        return f"{self.name}: {self.annotation}" + (f" = {ast.unparse(default)}" if default else "")

    @property
    def assignment(self) -> str:
        """Its statement in the constructor."""
        value = f"{self.factory} if {self.name} is None else {self.name}" if self.factory else self.name
        return f"self.{self.name} = {value}"


def extensions(level: str) -> list[Extension]:
    """What is to be compiled, at a level of optimisation, as setuptools takes it."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(
        ROOT / "keraslint", COPY / "keraslint", ignore=shutil.ignore_patterns("__pycache__", "*.so")
    )
    (COPY / "mypy.ini").write_text(CONFIGURATION, encoding="utf-8")
    compiled = compiled_modules(COPY)
    write_out_dataclasses(compiled)
    before = Path.cwd()
    # Modules are named after where they lie below the working folder.
    os.chdir(COPY)
    try:
        names = [str(path.relative_to(COPY)) for path in compiled]
        return [
            absolute(each)
            for each in mypycify(
                ["--config-file=mypy.ini", *names],
                opt_level=level,
                debug_level="0",
                multi_file=True,
                group_name="keraslint",
            )
        ]
    finally:
        os.chdir(before)


def compiled_modules(root: Path) -> list[Path]:
    """The modules below a root that are compiled."""
    found = [path for pattern in MODULES for path in sorted((root / SEMANTICS).glob(pattern))]
    return [path for path in found if path.name != "__init__.py" and is_compiled(path.read_text("utf-8"))]


def is_compiled(text: str) -> bool:
    """Whether mypyc compiles a module."""
    return not any(word in text for word in NOT_COMPILED)


def absolute(extension: Extension) -> Extension:
    """An extension whose files are found from any folder."""
    extension.sources = [str(COPY / each) for each in extension.sources]
    extension.depends = [str(COPY / each) for each in extension.depends]
    extension.include_dirs = [str(COPY / each) for each in extension.include_dirs]
    return extension


def write_out_dataclasses(paths: Iterable[Path]) -> None:
    """Write the dataclasses of these modules out, in place."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    fields: dict[str, list[Field]] = {}
    classes = [each for tree in trees.values() for each in tree.body if isinstance(each, ast.ClassDef)]
    for node in bases_first(classes):
        write_out(node, fields)
        write_out_cached_properties(node)
    for path, tree in trees.items():
        position = next(number for number, each in enumerate(tree.body) if is_future(each)) + 1
        tree.body[position:position] = ast.parse(
            "from typing import Any\nfrom typing import ClassVar\n"
            "from keraslint.semantics.written_out import fields_of\n"
        ).body
        path.write_text(ast.unparse(ast.fix_missing_locations(tree)) + "\n", encoding="utf-8")


def is_future(node: ast.stmt) -> bool:
    """Whether it is ``from __future__ import annotations``, behind which imports may stand."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def bases_first(classes: list[ast.ClassDef]) -> Iterator[ast.ClassDef]:
    """Classes in an order in which each comes after those that it inherits from."""
    by_name = {each.name: each for each in classes}
    seen: set[int] = set()

    def ordered(node: ast.ClassDef) -> Iterator[ast.ClassDef]:
        if id(node) not in seen:
            seen.add(id(node))
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in by_name:
                    yield from ordered(by_name[base.id])
            yield node

    for each in classes:
        yield from ordered(each)


def write_out(node: ast.ClassDef, fields: dict[str, list[Field]]) -> None:
    """Make a dataclass, where it is one, a class with methods of its own; note its fields."""
    found = [(each, options) for each in node.decorator_list if (options := options_of(each)) is not None]
    if not found:
        return
    ((decorator, options),) = found
    own = [
        each
        for each in node.body
        if isinstance(each, ast.AnnAssign) and "ClassVar" not in ast.unparse(each.annotation)
    ]
    known = {each.name: each for base in node.bases for each in fields.get(ast.unparse(base), [])}
    for each in own:
        assert isinstance(each.target, ast.Name)
        known[each.target.id] = Field(each.target.id, ast.unparse(each.annotation), each.value)
        each.value = None
    fields[node.name] = list(known.values())
    written = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    made = [
        each
        for each in methods(node.name, fields[node.name], options)
        if getattr(each, "name", "") not in written
    ]
    node.decorator_list.remove(decorator)
    doc = [each for each in node.body[:1] if isinstance(each, ast.Expr)]
    node.body = [*doc, *own, *made, *(each for each in node.body if each not in doc and each not in own)]


def write_out_cached_properties(node: ast.ClassDef) -> None:
    """Give the values of cached properties a place of their own: a compiled object has no dictionary."""
    kept = [
        each
        for each in node.body
        if isinstance(each, ast.FunctionDef) and "cached_property" in map(ast.unparse, each.decorator_list)
    ]
    for each in kept:
        assert each.returns is not None
        lines = [
            "class _:",
            f"    _kept_{each.name}: tuple[{ast.unparse(each.returns)}] | None",
            "    @property",
            f"    def {each.name}(self) -> {ast.unparse(each.returns)}:",
            f"        kept = self._kept_{each.name}",
            "        if kept is None:",
            f"            kept = self._kept_{each.name} = (self._make_{each.name}(),)",
            "        return kept[0]",
        ]
        node.body += body_of(lines)
        init_of(node).body[:0] = ast.parse(f"self._kept_{each.name} = None").body
        each.name = f"_make_{each.name}"
        each.decorator_list.clear()


def init_of(node: ast.ClassDef) -> ast.FunctionDef:
    """The constructor of a class; ``StopIteration`` where it has none of its own."""
    return next(each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__")


def body_of(lines: list[str]) -> list[ast.stmt]:
    """The statements of a class."""
    (made,) = ast.parse("\n".join(lines)).body
    assert isinstance(made, ast.ClassDef)
    return made.body


def options_of(decorator: ast.expr) -> dict[str, object] | None:
    """What is said to ``dataclass``; None where a decorator is another one."""
    call = decorator if isinstance(decorator, ast.Call) else None
    if ast.unparse(decorator if call is None else call.func) not in DECORATORS:
        return None
    return {each.arg or "": ast.literal_eval(each.value) for each in ([] if call is None else call.keywords)}


def methods(name: str, fields: list[Field], options: dict[str, object]) -> list[ast.stmt]:
    """What ``dataclass`` would make, written out."""
    names = [each.name for each in fields]
    shown = ", ".join(f"{each.name}={{self.{each.name}!r}}" for each in fields if each.is_shown)
    mine = "".join(f"self.{each}, " for each in names)
    lines = [
        f"class {name}:",
        f"    __match_args__: ClassVar[tuple[str, ...]] = {tuple(names)!r}",
        f"    __dataclass_fields__: ClassVar[dict[str, Any]] = fields_of({', '.join(map(repr, names))})",
        f"    def __init__(self, {', '.join(each.parameter for each in fields)}) -> None:",
        *(f"        {each.assignment}" for each in fields),
        "        pass",
        "    def __repr__(self) -> str:",
        f"        return f'{name}({shown})'",
    ]
    if options.get("eq", True):
        lines += [
            "    def __eq__(self, other: object) -> bool:",
            "        if type(other) is not type(self):",
            "            return False",
            f"        assert isinstance(other, {name})",
            f"        return {' and '.join(f'self.{each} == other.{each}' for each in names) or True}",
            "    def __hash__(self) -> int:",
            f"        return hash(({mine}))",
        ]
    return body_of(lines)
