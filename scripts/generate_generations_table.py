"""Write the table of what tells Keras 2 from Keras 3 beyond the public API tables.

    python scripts/generate_generations_table.py            # write the table
    python scripts/generate_generations_table.py --check    # fail where it differs

The API tables say what keras and tf-keras have today. This one adds what releases before
tf-keras had (``keras_archives.json``), and the keywords that one generation refuses: a
keyword that a class takes through ``**kwargs`` counts as taken where its name stands as a
string in a constructor, which is how Keras looks for the old ones.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import os
import sys
import textwrap
from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from keraslint.semantics import api

TABLE = Path(api.__file__).with_name("tables") / "generations.json"
ARCHIVES: dict[str, Any] = json.loads(
    Path(__file__).with_name("keras_archives.json").read_text(encoding="utf-8")
)
MODELS = ("keras.Model", "keras.Sequential")
TRAINING = ("compile", "evaluate", "fit", "predict", "test_on_batch", "train_on_batch")

# What rules say of code that meets Keras 3 tells no generation, or these rules would silence themselves.
FLAGGED_NAMES = frozenset({"CuDNNGRU", "CuDNNLSTM", "multi_gpu_model"})
FLAGGED_METHODS = frozenset({"evaluate_generator", "fit_generator", "predict_generator"})
FLAGGED_KEYWORDS = frozenset({"max_queue_size", "use_multiprocessing", "workers"})

Table = dict[str, Any]


def table() -> Table:
    """The table: what is Keras 2's alone, what is Keras 3's alone, and what both have against the API tables."""
    return {
        "names_2": list(names(frozenset())),
        "names_both": list(names(frozenset({3}))),
        "parameters_2": parameters(2),
        "parameters_3": parameters(3),
        "methods_2": model_methods(),
        "keywords_2": method_keywords(),
    }


def names(exist_in: frozenset[int]) -> Iterator[str]:
    """The names of the archives that by the API tables exist in these generations; a module stands for its own."""
    flagged = {name.rpartition(".")[0] for name in ARCHIVES["names"] if is_flagged(name)}
    chosen: set[str] = set()
    for name in sorted({*ARCHIVES["modules"], *ARCHIVES["names"]}):
        if api.exists_in(name) != exist_in or is_flagged(name) or name in flagged:
            continue
        if not any(above in chosen for above in prefixes(name)):
            chosen.add(name)
            yield name


def is_flagged(name: str) -> bool:
    """Tell whether a rule speaks of a name."""
    return name.rpartition(".")[2] in FLAGGED_NAMES


def prefixes(name: str) -> Iterator[str]:
    """Yield the modules above a name."""
    parts = name.split(".")
    for end in range(1, len(parts)):
        yield ".".join(parts[:end])


def parameters(generation: int) -> dict[str, list[str]]:
    """The keywords of calls that one generation names and the other one refuses."""
    result = {}
    for name in shared_calls():
        other = found(name, 5 - generation)
        # What a function does with ``**kwargs`` is not read: it may hand them on to any other.
        if isinstance(other, type) or not takes_any(inspect.unwrap(other)):
            if only := named(name, generation) - accepted(name, 5 - generation):
                result[name] = sorted(only)
    return result


def shared_calls() -> Iterator[str]:
    """The canonical names of functions and classes that both generations have."""
    canonical = (api.resolve(name) for name in sorted(public_calls()))
    known = {each.name for each in canonical if each is not None and each.known}
    return (name for name in sorted(known) if api.exists_in(name) == {2, 3})


def public_calls() -> set[str]:
    """The names of Keras 3's functions and classes."""
    data = json.loads(TABLE.with_name("keras.json").read_text(encoding="utf-8"))
    return {*data["functions"], *data["classes"]}


def archived(name: str) -> set[str]:
    """The parameters that the archives name for a call."""
    return {
        parameter
        for old, parameters in ARCHIVES["names"].items()
        if (resolved := api.resolve(old)) is not None and resolved.name == name
        for parameter in parameters.split()
    }


def named(name: str, generation: int) -> set[str]:
    """The parameters that a generation's signature names."""
    signature = api.signature(name, generation)
    own = set(signature.by_keyword) if signature is not None else set()
    return own | archived(name) if generation == 2 else own


def accepted(name: str, generation: int) -> set[str]:
    """The keywords that a generation takes, through ``**kwargs`` too."""
    value = found(name, generation)
    taken = named(name, generation)
    functions = list(constructors(value)) if isinstance(value, type) else [value]
    if name == "keras.Model":
        functions += constructors(functional(generation))
    return taken.union(*map(keywords_of, functions))


def functional(generation: int) -> type:
    """The class that a model of inputs and outputs is made of."""
    if generation == 3:
        from keras.src.models.functional import Functional
    else:
        from tf_keras.src.engine.functional import Functional
    return Functional  # type: ignore[no-any-return]


def found(name: str, generation: int) -> Any:
    """The object of an installed package."""
    import keras
    import keras._tf_keras.keras as through_tensorflow
    import tf_keras

    for package in (keras, through_tensorflow) if generation == 3 else (tf_keras,):
        value: Any = package
        try:
            for part in name.split(".")[1:]:
                value = getattr(value, part)
        except AttributeError:
            continue
        return value
    raise SystemExit(f"{name}: not found in Keras {generation}")


def constructors(cls: type) -> Iterator[Callable[..., Any]]:
    """The constructors of a class and its bases, as far as one hands keywords up."""
    for base in cls.__mro__:
        for method in ("__init__", "__new__"):
            if inspect.isfunction(function := vars(base).get(method)):
                yield function
                if method == "__init__" and not takes_any(function):
                    return


def keywords_of(function: Callable[..., Any]) -> set[str]:
    """The keywords that a function names, and with ``**kwargs`` every string in it."""
    function = inspect.unwrap(function)
    taken = set(inspect.signature(function).parameters)
    if takes_any(function):
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        taken |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return taken


def takes_any(function: Callable[..., Any]) -> bool:
    """Tell whether a function has ``**kwargs``."""
    return any(each.kind is each.VAR_KEYWORD for each in inspect.signature(function).parameters.values())


def model_methods() -> list[str]:
    """The methods of models that Keras 2 alone has."""
    old = {
        name
        for cls in map(partial(found, generation=2), MODELS)
        for name, value in inspect.getmembers(cls, inspect.isfunction)
        if not name.startswith("_")
    }
    new = {name for cls in map(partial(found, generation=3), MODELS) for name in dir(cls())}
    return sorted((old | set(ARCHIVES["methods"])) - new - FLAGGED_METHODS)


def method_keywords() -> dict[str, list[str]]:
    """The keywords of training methods that Keras 2 alone has; of methods that are gone, those that went before."""
    result = {}
    for method, parameters in ARCHIVES["methods"].items():
        if method.startswith(TRAINING):
            functions = [getattr(found(model, 3), method, None) for model in MODELS]
            if functions == [None, None]:
                functions = [getattr(found(model, 2), method, None) for model in MODELS]
            current = set().union(*(inspect.signature(each).parameters for each in functions if each))
            if current and (only := set(parameters.split()) - current - FLAGGED_KEYWORDS):
                result[method] = sorted(only)
    return result


def main() -> None:
    """Write the table or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the table differs")
    check = parser.parse_args().check
    text = json.dumps(table(), indent=1) + "\n"
    if not check:
        TABLE.write_text(text, encoding="utf-8")
    elif not TABLE.exists() or TABLE.read_text(encoding="utf-8") != text:
        sys.exit(f"{TABLE} differs from what the packages hold; run this script without --check")


if __name__ == "__main__":
    main()
