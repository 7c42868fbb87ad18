"""What the engine knows of a program, spelled the way a test reads it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from collections.abc import Iterable
from pathlib import PurePosixPath

import libcst as cst
import pytest

from keraslint.semantics import Facts
from keraslint.semantics import ModelFact
from keraslint.semantics import NoProject
from keraslint.semantics import Target
from keraslint.semantics import analyse
from keraslint.semantics.evaluation import imports
from keraslint.semantics.evaluation import values
from keraslint.semantics.lowering.lower import lower
from keraslint.source.stack import run_with_deep_stack

MAIN = "main.py"
CURRENT = Target()


class Files:
    """Finds modules in a handful of files, as imports from the folder at the top see them."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = set(files)

    def resolve(self, importer: str, level: int, module: str) -> str | None:
        base = PurePosixPath()
        if level:
            base = PurePosixPath(importer)
            for _ in range(level):
                base = base.parent
        path = base.joinpath(*module.split(".")) if module else base
        for candidate in (f"{path}.py", f"{path}/__init__.py"):
            if candidate in self.files:
                return candidate
        return None


class Known:
    """What is known of a program after its evaluation."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.evaluator = facts._evaluator

    def __getitem__(self, name: str) -> str:
        """What a name of the main module means at the end."""
        scope = imports.module_scope(self.evaluator, MAIN)
        value = self.evaluator.root.get((scope, name))
        return "unbound" if value is None else self.describe(value)

    def model(self, name: str) -> ModelFact | None:
        """The model that a name of the main module means at the end."""
        value = self.evaluator.root.get((imports.module_scope(self.evaluator, MAIN), name))
        return next((fact for fact in self.facts.models if fact.model is value), None)

    def attribute(self, name: str, attribute: str) -> str:
        """What an attribute of an object of the main module means at the end."""
        instance = self.evaluator.root.get((imports.module_scope(self.evaluator, MAIN), name))
        assert isinstance(instance, values.Instance)
        return self.describe(self.evaluator.root.get((instance.ref, attribute)) or values.UNKNOWN)

    @property
    def training(self) -> list[str]:
        """Each training call: ``fit(dataset)``, with a question mark where only its form says so."""
        return [
            f"{call.method}({call.data_kind}){'' if call.is_certain else '?'}"
            for call in self.facts.training_calls
        ]

    @property
    def data(self) -> list[str]:
        """What each training call trains from."""
        return [self.describe(call.data) for call in self.facts.training_calls]

    @property
    def models(self) -> list[str]:
        """Each model with its parameters."""
        return [f"{fact.model.kind} {fact.architecture.parameters}" for fact in self.facts.models]

    def describe(self, value: values.Value) -> str:
        """A value in a line: a dataset as its steps, alternatives with ``|`` between them."""
        if value is values.UNKNOWN:
            return "?"
        if isinstance(value, values.Union):
            return " | ".join(sorted(self.describe(part) for part in value.alternatives))
        if isinstance(value, values.Dataset):
            return ".".join(self._step(step) for step in value.steps())
        return self._description(value)

    def _step(self, step: values.Step) -> str:
        inside = [self.describe(inner) for inner in step.inputs]
        if step.nested is not None:
            inside.append(self.describe(step.nested))
        return f"{step.name}[{', '.join(inside)}]" if inside else step.name

    def _description(self, value: values.Value) -> str:
        from keraslint.semantics.evaluation import iteration

        value = iteration.contents(self.evaluator, value)
        match value:
            case values.Const():
                return repr(value.value)
            case values.Some():
                return f"<{value.type}>"
            case values.Sequence(items=None):
                return f"{value.kind} of {self.describe(value.element)}"
            case values.Sequence():
                items = ", ".join(self.describe(item) for item in value.items)
                return f"[{items}]" if value.kind == "list" else f"({items})"
            case values.Mapping():
                parts = [f"{key}: {self.describe(item)}" for key, item in value.items]
                return "{" + ", ".join([*parts, "..."] if value.open else parts) + "}"
            case values.Symbol():
                return value.name if value.generation is None else f"{value.name}@{value.generation}"
            case values.Function():
                return f"{'compiled ' if value.compiled else ''}def {value.name}"
            case values.Class():
                return f"class {value.name}"
            case values.Instance():
                return f"a {value.cls.name}"
            case values.Model():
                return f"a {value.kind} model"
            case values.Array():
                return f"array {value.shape} {value.dtype}"
            case values.Tensor():
                return f"tensor {value.shape}"
            case values.External():
                return value.name
            case values.Generator():
                return f"generator {value.function.name}"
            case values.ModuleValue():
                return f"module {value.file}"
            case values.Partial():
                return f"partial of {self.describe(value.function)}"
            case values.Method():
                return f"{self.describe(value.receiver)}.{value.name}()"
        return type(value).__name__


def known(program: str | dict[str, str], target: Target = CURRENT) -> Known:
    """Evaluate a program: the text of the main module, or the texts of several files."""
    files = {MAIN: program} if isinstance(program, str) else program

    def work() -> Known:
        modules = {file: lower(cst.parse_module(textwrap.dedent(text))) for file, text in files.items()}
        resolver = Files(files) if len(files) > 1 else NoProject()
        return Known(analyse(modules, resolver, target))

    return run_with_deep_stack(work)


@pytest.fixture(scope="session")
def evaluate() -> Callable[..., Known]:
    """``evaluate("…")`` gives what is known of a program."""
    return known
