"""Write the API tables of ``keraslint.semantics`` from the installed packages.

    python scripts/generate_api_tables.py            # write the tables
    python scripts/generate_api_tables.py --check    # fail where they differ

A table holds one package's public names: modules, functions with their
parameters, classes with their public bases, constructor, methods and
attributes, constants, and which names are other spellings of one object.
Parameters are kept as Python spells them, with ``...`` for a default that is
no plain constant; the reader parses the few that it needs.
"""

from __future__ import annotations

import argparse
import difflib
import inspect
import json
import os
import sys
import types
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

# The tables describe Keras on TensorFlow, and reading them needs no accelerator.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

TABLES = Path(__file__).resolve().parent.parent / "keraslint" / "semantics" / "tables"

# Reached by other names, internal, or of the machine: the Keras of tf.keras has tables of its own, raw_ops
# and compat repeat the public operations, and a build describes itself in sysconfig and version.
SKIPPED_MODULES = frozenset(
    {
        "keras.src",
        "tensorflow.compat",
        "tensorflow.keras",
        "tensorflow.lite",
        "tensorflow.mlir",
        "tensorflow.raw_ops",
        "tensorflow.sysconfig",
        "tensorflow.version",
        "tf_keras.api",
        "tf_keras.protobuf",
        "tf_keras.src",
    }
)


@dataclass
class Package:
    """One package's public objects, by the names under which it exposes them."""

    name: str
    version: str
    modules: dict[str, types.ModuleType] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    module_aliases: dict[str, str] = field(default_factory=dict)
    through_tensorflow: set[str] = field(default_factory=set)
    differs_in_v1: set[str] = field(default_factory=set)
    canonical: dict[str, str] = field(default_factory=dict)


def walk(module: types.ModuleType, name: str, *roots: str) -> Iterator[tuple[str, Any]]:
    """Yield every public name below a module with its object, and the modules below the roots."""
    pending = [(name, module, frozenset({module.__name__}))]
    while pending:
        prefix, current, above = pending.pop()
        yield prefix, current
        for attribute in sorted(vars(current)):
            dotted = f"{prefix}.{attribute}"
            if attribute.startswith("_") or dotted in SKIPPED_MODULES:
                continue
            value = vars(current)[attribute]
            if type(value).__name__ == "TFModuleWrapper":
                value = object.__getattribute__(value, "_tfmw_wrapped_module")
            if type(value) is not types.ModuleType:
                yield dotted, value
            elif value.__name__.startswith(roots) and value.__name__ not in above:
                pending.append((dotted, value, above | {value.__name__}))


def read_keras() -> Package:
    """Read Keras 3, with what it offers through ``tf.keras`` alone."""
    import keras
    import keras._tf_keras.keras as through_tensorflow

    package = Package("keras", keras.__version__)
    collect(package, walk(keras, "keras", "keras."))
    own = set(package.objects)
    collect(package, walk(through_tensorflow, "keras", "keras."))
    package.through_tensorflow = set(package.objects) - own
    return package


def read_tf_keras() -> Package:
    """Read Keras 2; its names are written as ``keras``, for both generations share them."""
    import tf_keras

    package = Package("tf_keras", tf_keras.__version__)
    collect(package, ((renamed(name), value) for name, value in walk(tf_keras, "tf_keras", "tf_keras.")))
    return package


def renamed(name: str) -> str:
    """Spell a name of ``tf_keras`` as ``keras``."""
    return "keras" + name.removeprefix("tf_keras")


def read_tensorflow() -> Package:
    """Read TensorFlow's public API; what it lends from Keras becomes an alias."""
    import tensorflow

    package = Package("tensorflow", tensorflow.__version__)
    collect(package, walk(tensorflow, "tensorflow", "tensorflow._api.v2.", "tensorflow.experimental"))
    first = object.__getattribute__(tensorflow.compat.v1, "_tfmw_wrapped_module")
    for name, value in walk(first, "tensorflow", "tensorflow._api.v2.compat.v1."):
        current = package.objects.get(name)
        if current is not None and not is_same_in_v1(value, current):
            package.differs_in_v1.add(name)
    return package


def is_same_in_v1(old: Any, current: Any) -> bool:
    """Tell whether ``tf.compat.v1`` has a kind of the same class under a name, or takes the same arguments."""
    if isinstance(old, type) and isinstance(current, type):
        if issubclass(old, current):
            return True
        old, current = old.__init__, current.__init__  # type: ignore[misc]
    if callable(old) and callable(current):
        # More parameters at the end do no harm: arguments bound by the current ones are bound rightly.
        ours, theirs = positional(current), positional(old)
        return theirs[: len(ours)] == ours
    return old is current or literal(old) == literal(current)


def positional(function: Any) -> list[str]:
    """Return the names of the parameters that take positional arguments."""
    parameters = signature(function)
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [parameter.name for parameter in parameters if parameter.kind in kinds]


def collect(package: Package, found: Iterable[tuple[str, Any]]) -> None:
    """Sort what a walk found into modules, lazily loaded modules and objects."""
    for name, value in found:
        # NumPy's types, lent by tf.experimental.numpy, are described by the NumPy of the day.
        if isinstance(value, type) and not is_ours(value):
            continue
        if not isinstance(value, types.ModuleType):
            package.objects.setdefault(name, value)
        elif type(value) is types.ModuleType:
            package.modules.setdefault(name, value)
        else:
            # tf.losses and its kind load a Keras module when they are first read.
            submodule = object.__getattribute__(value, "_tfll_submodule")
            package.module_aliases[name] = f"keras.{submodule}"


def exported_names(value: Any) -> list[str]:
    """Return the names that the package itself gives an object, its favourite first."""
    from tensorflow.python.util import tf_decorator

    own = getattr(tf_decorator.unwrap(value)[1], "__dict__", {})
    paths = own.get("_api_export_path", ())
    names = [paths] if isinstance(paths, str) else list(paths)
    names += own.get("_keras_api_names", ())
    names += [f"tensorflow.{name}" for name in own.get("_tf_api_names", ())]
    return names


def is_identified(value: Any) -> bool:
    """Tell whether one object under two names means that the names are aliases."""
    return not (value is None or isinstance(value, bool | int | float | str | tuple | frozenset))


def groups(package: Package, other: Package | None) -> Iterator[list[str]]:
    """Yield the names of each object, the best first; what the other generation tells apart stays apart."""
    by_object: dict[object, list[str]] = defaultdict(list)
    for name, value in sorted(package.objects.items()):
        # Constants have no identity: one value under one last name is one constant.
        by_object[id(value) if is_identified(value) else (name.rpartition(".")[2], repr(value))].append(name)
    elsewhere = {name: id(value) for name, value in other.objects.items()} if other else {}
    for names in by_object.values():
        ordered = ranked(names, package.objects[names[0]])
        # A name that the other generation lacks goes with the best that it has.
        best = next((elsewhere[name] for name in ordered if name in elsewhere), None)
        parts: dict[int | None, list[str]] = defaultdict(list)
        for name in ordered:
            parts[elsewhere.get(name, best)].append(name)
        yield from parts.values()


def ranked(names: list[str], value: Any) -> list[str]:
    """Order an object's names: settled, the package's favourite, its own name, short."""
    favourites = exported_names(value)
    own = getattr(value, "__name__", getattr(value, "name", None))

    def rank(name: str) -> tuple[bool, int, bool, int, str]:
        parts = name.split(".")
        favourite = favourites.index(name) if name in favourites else len(favourites)
        return "experimental" in parts, favourite, parts[-1] != own, len(parts), name

    return sorted(names, key=rank)


def name_objects(package: Package, other: Package | None, prefer: Package | None = None) -> None:
    """Choose each object's canonical name; ``prefer`` names what it has too."""
    for names in groups(package, other):
        shared = [prefer.canonical[name] for name in names if prefer and name in prefer.canonical]
        for name in names:
            package.canonical[name] = shared[0] if shared else names[0]


class Writer:
    """Turn packages into tables; knows the canonical name of every public class."""

    def __init__(self, packages: list[Package]) -> None:
        self.class_names: dict[type, str] = {}
        for package in packages:
            for name, value in sorted(package.objects.items()):
                if isinstance(value, type):
                    self.class_names.setdefault(value, package.canonical[name])

    def table(self, package: Package) -> dict[str, Any]:
        """Describe one package."""
        functions: dict[str, str] = {}
        classes: dict[str, Any] = {}
        constants: dict[str, str] = {}
        for name, value in sorted(package.objects.items()):
            canonical = package.canonical[name]
            if isinstance(value, type):
                if canonical not in classes:
                    classes[canonical] = self.describe_class(value, canonical)
            elif callable(value):
                functions.setdefault(canonical, spell(value))
            else:
                constants.setdefault(canonical, literal(value))
        aliases = {name: target for name, target in package.canonical.items() if name != target}
        described = {
            "package": package.name,
            "version": package.version,
            "modules": sorted(package.modules),
            "module_aliases": package.module_aliases,
            "functions": functions,
            "classes": classes,
            "constants": constants,
            "aliases": aliases,
            "borrowed": sorted({target for target in aliases.values() if target not in package.objects}),
            "through_tensorflow": sorted(package.through_tensorflow),
            "differs_in_v1": sorted(package.differs_in_v1),
            "private": private_names(package),
        }
        return {key: value for key, value in described.items() if value}

    def describe_class(self, cls: type, name: str) -> dict[str, Any]:
        """Describe a class: public bases, constructor, and what it adds to its public bases."""
        bases = []
        for base in cls.__mro__[1:]:
            public = self.class_names.get(base)
            if public and public != name and public not in bases:
                bases.append(public)
        methods, attributes = self.members(cls)
        described = {"init": constructor(cls), "bases": bases, "methods": methods, "attributes": attributes}
        return {key: value for key, value in described.items() if value}

    def members(self, cls: type) -> tuple[dict[str, str], dict[str, str]]:
        """Return the methods and attributes that a class does not simply inherit from a public base."""
        methods: dict[str, str] = {}
        attributes: dict[str, str] = {}
        example = cls() if issubclass(cls, options_base()) else None
        for name in dir(cls):
            static = inspect.getattr_static(cls, name)
            if name.startswith("_") or not is_ours(definer(cls, name)) or self.inherits(cls, name):
                continue
            if isinstance(static, property):
                attributes[name] = self.class_names.get(type(getattr(example, name, None)), "")
            elif callable(getattr(cls, name)):
                methods[name] = method(cls, name)
            else:
                attributes[name] = ""
        return methods, attributes

    def inherits(self, cls: type, name: str) -> bool:
        """Tell whether the nearest public base describes the same member."""
        for base in cls.__mro__[1:]:
            public = self.class_names.get(base)
            if public and name in dir(base):
                if inspect.getattr_static(base, name) is inspect.getattr_static(cls, name):
                    return True
                both = callable(getattr(cls, name)) and callable(getattr(base, name))
                return both and method(base, name) == method(cls, name)
        return False


def definer(cls: type, name: str) -> type:
    """Return the class of an MRO that defines a member; a metaclass's members have none but ``cls``."""
    return next((base for base in cls.__mro__ if name in vars(base)), type(cls))


def is_ours(cls: type) -> bool:
    """Tell whether a class is the packages' own: others' differ with their and Python's versions."""
    return cls.__module__.partition(".")[0] in ("keras", "tensorflow", "tf_keras")


def options_base() -> type:
    """Return the class whose instances are bundles of tf.data options."""
    from tensorflow.python.data.util.options import OptionsBase

    return OptionsBase  # type: ignore[no-any-return]


def constructor(cls: type) -> str:
    """Spell the parameters with which a class is called."""
    import keras.src.models.functional
    import tf_keras.src.engine.functional

    # Called directly, a Model makes the functional kind: its constructor takes inputs and outputs.
    functional = {
        base: kind
        for kind in (keras.src.models.functional.Functional, tf_keras.src.engine.functional.Functional)
        for base in kind.__mro__
        if base.__name__ == "Model"
    }
    cls = functional.get(cls, cls)
    for maker in ("__init__", "__new__"):
        if is_ours(definer(cls, maker)):
            return spell(getattr(cls, maker), bound=True)
    plain = all(definer(cls, maker) is object for maker in ("__init__", "__new__"))
    return "" if plain else "*args, **kwargs"


def method(cls: type, name: str) -> str:
    """Spell the parameters of a method as it is called on an instance."""
    static = inspect.getattr_static(cls, name)
    # What a class or an instance binds of itself is no argument; a static method binds nothing.
    if isinstance(static, classmethod | staticmethod):
        return spell(getattr(cls, name))
    return spell(getattr(cls, name), bound=True)


def spell(function: Any, *, bound: bool = False) -> str:
    """Spell a callable's parameters as in its ``def``, without annotations and what a call binds."""
    parameters = signature(function)
    if bound and parameters and parameters[0].kind is not inspect.Parameter.VAR_POSITIONAL:
        parameters = parameters[1:]
    plain = [
        parameter.replace(
            annotation=inspect.Parameter.empty,
            default=parameter.default
            if parameter.default is inspect.Parameter.empty
            else Spelled(literal(parameter.default)),
        )
        for parameter in parameters
    ]
    return str(inspect.Signature(plain))[1:-1]


def signature(function: Any) -> list[inspect.Parameter]:
    """Return a callable's parameters; any arguments at all where it does not tell."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return list(inspect.signature(lambda *args, **kwargs: (args, kwargs)).parameters.values())


class Spelled:
    """A default that shows as the text it was given."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def literal(value: Any) -> str:
    """Spell a plain constant, or ``...`` for anything else."""
    if value is None or type(value) in (bool, int, str):
        return repr(value)
    if type(value) is float and value - value == 0:
        return repr(value)
    if type(value) in (tuple, list):
        items = [literal(item) for item in value]
        if "..." not in items:
            return repr(type(value)(Spelled(item) for item in items))
    return "..."


def private_names(package: Package) -> dict[str, str]:
    """Map where objects are defined to their names, where the last part alone does not tell."""
    by_last = defaultdict(set)
    for name, target in package.canonical.items():
        by_last[name.rpartition(".")[2]].add(target)
    homes: dict[str, list[str]] = defaultdict(list)
    for name, value in sorted(package.objects.items()):
        module, last = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        defined = last and "<locals>" not in last and is_identified(value)
        if defined and module and module.startswith(f"{package.name}."):
            home = module.removeprefix("tf_").replace("keras.src", "keras", 1)
            homes[f"{home}.{last}"].append(package.canonical[name])
    result = {}
    for home, names in homes.items():
        last = home.rpartition(".")[2]
        named = [name for name in names if name.endswith(f".{last}")]
        if not named or by_last[last] != set(named):
            result[home] = (named or names)[0]
    return result


def generate() -> dict[str, str]:
    """Return every table's file name and text."""
    keras, tf_keras, tensorflow = read_keras(), read_tf_keras(), read_tensorflow()
    name_objects(keras, tf_keras)
    name_objects(tf_keras, keras, prefer=keras)
    name_objects(tensorflow, None)
    writer = Writer([keras, tf_keras, tensorflow])
    return {
        f"{package.name}.json": json.dumps(writer.table(package), indent=0, sort_keys=True) + "\n"
        for package in (keras, tf_keras, tensorflow)
    }


def main() -> int:
    """Write the tables, or with ``--check`` compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the files, write nothing")
    arguments = parser.parse_args()
    different = 0
    for name, text in generate().items():
        path = TABLES / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before == text:
            continue
        different += 1
        if arguments.check:
            difference = difflib.unified_diff(
                before.splitlines(), text.splitlines(), str(path), "generated", lineterm="", n=0
            )
            print("\n".join([*list(difference)[:40], f"{path} is out of date: run {__file__}"]))  # noqa: T201
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    return 1 if arguments.check and different else 0


if __name__ == "__main__":
    sys.exit(main())
