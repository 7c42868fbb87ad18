"""Functions of the program, evaluated where they are called."""

from __future__ import annotations

HEAD = "import functools\nimport tensorflow as tf\nds = tf.data.Dataset.range(10)\n"


def test_defaults_and_keywords(evaluate):
    known = evaluate(
        """
        def f(a, b=2, *rest, c=3, **others):
            return a, b, rest, c, others
        x = f(1)
        y = f(1, 5, 6, 7, c=8, d=9)
        z = f(b=4, a=0)
        """
    )
    assert known["x"] == "(1, 2, (), 3, {})"
    assert known["y"] == "(1, 5, (6, 7), 8, {d: 9})"
    assert known["z"] == "(0, 4, (), 3, {})"


def test_arguments_from_literal_containers(evaluate):
    known = evaluate(
        """
        def f(a, b, c=0):
            return a, b, c
        options = {"b": 2, "c": 3}
        pair = (1, 2)
        x = f(1, **options)
        y = f(*pair)
        z = f(1, **dict(b=5))
        u = f(1, **load())
        """
    )
    assert (known["x"], known["y"], known["z"]) == ("(1, 2, 3)", "(1, 2, 0)", "(1, 5, 0)")
    assert known["u"] == "(1, ?, ?)"


def test_keywords_pass_through(evaluate):
    known = evaluate(
        HEAD
        + """
def outer(ds, **kwargs):
    return inner(ds, **kwargs)

def inner(ds, shuffle=False, size=2):
    if shuffle:
        ds = ds.shuffle(10)
    return ds.batch(size)

made = outer(ds, shuffle=True)
plain = outer(ds)
"""
    )
    assert (known["made"], known["plain"]) == ("range.shuffle.batch", "range.batch")


def test_a_function_that_is_defined_later(evaluate):
    known = evaluate(
        HEAD + "def outer():\n    return inner()\ndef inner():\n    return ds.batch(2)\nmade = outer()"
    )
    assert known["made"] == "range.batch"


def test_a_function_sees_a_global_as_it_is_when_called(evaluate):
    known = evaluate("def f():\n    return n\nn = 1\na = f()\nn = 2\nb = f()")
    assert (known["a"], known["b"]) == ("1", "2")


def test_a_default_is_the_value_at_the_definition(evaluate):
    known = evaluate("n = 1\ndef f(m=n):\n    return m\nn = 2\na = f()")
    assert known["a"] == "1"


def test_partial(evaluate):
    known = evaluate(
        HEAD
        + """
def make(ds, size, cached=False):
    if cached:
        ds = ds.cache()
    return ds.batch(size)

half = functools.partial(make, cached=True)
made = half(ds, 2)
again = functools.partial(half, ds)(4)
"""
    )
    assert known["made"] == known["again"] == "range.cache.batch"


def test_lambdas(evaluate):
    known = evaluate(
        HEAD + "make = lambda ds, n=2: ds.batch(n)\nmade = make(ds)\nother = (lambda x: x.cache())(ds)"
    )
    assert (known["made"], known["other"]) == ("range.batch", "range.cache")


def test_a_lambda_in_a_loop_sees_the_last_value_and_a_default_the_first(evaluate):
    known = evaluate(
        "fs = [lambda: i for i in (1, 2)]\ngs = [lambda i=i: i for i in (1, 2)]\na = fs[0]()\nb = gs[0]()"
    )
    assert (known["a"], known["b"]) == ("2", "1")


def test_closures(evaluate):
    known = evaluate(
        HEAD
        + """
def batched(size):
    def apply(ds):
        return ds.batch(size)
    return apply

made = batched(2)(ds)
chained = ds.apply(batched(2))
"""
    )
    assert known["made"] == known["chained"] == "range.batch"


def test_a_decorator_with_wraps(evaluate):
    known = evaluate(
        HEAD
        + """
def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        print("call")
        return function(*args, **kwargs)
    return wrapper

@logged
def make(ds, n=2):
    return ds.batch(n)

made = make(ds)
"""
    )
    assert known["made"] == "range.batch"


def test_a_decorator_with_arguments(evaluate):
    known = evaluate(
        HEAD
        + """
def repeated(times):
    def decorator(function):
        @functools.wraps(function)
        def wrapper(*args):
            return function(*args).repeat(times)
        return wrapper
    return decorator

@repeated(3)
def make(ds):
    return ds.batch(2)

made = make(ds)
"""
    )
    assert known["made"] == "range.batch.repeat"


def test_a_class_as_decorator(evaluate):
    known = evaluate(
        HEAD
        + """
class Logged:
    def __init__(self, function):
        self.function = function
    def __call__(self, *args):
        return self.function(*args)

@Logged
def make(ds):
    return ds.batch(2)

made = make(ds)
"""
    )
    assert known["made"] == "range.batch"


def test_decorators_of_other_packages_keep_the_function(evaluate):
    known = evaluate(
        HEAD
        + """
import click
import gin
@click.command()
@click.option("--size", default=2)
def make():
    return 1
@gin.configurable
def other():
    return ds.batch(2)
@functools.lru_cache(maxsize=None)
def cached():
    return ds.cache()
a, b = other(), cached()
"""
    )
    assert (known["a"], known["b"]) == ("range.batch", "range.cache")


def test_every_form_of_tf_function(evaluate):
    known = evaluate(
        """
        import tensorflow as tf
        from tensorflow import function
        from functools import partial

        @tf.function
        def a(x): ...
        @tf.function()
        def b(x): ...
        @tf.function(jit_compile=True)
        def c(x): ...
        @function
        def d(x): ...
        def plain(x): ...
        e = tf.function(plain)
        f = tf.function(plain, input_signature=[])
        g = tf.function(input_signature=[])(plain)
        h = tf.function(func=plain)
        @partial(tf.function, jit_compile=True)
        def i(x): ...
        compile_it = tf.function
        @compile_it
        def j(x): ...
        def maybe(function):
            return tf.function(function)
        @maybe
        def k(x): ...
        """
    )
    assert {known[name] for name in "efgh"} == {"compiled def plain"}
    assert [known[name] for name in "abcdijk"] == [f"compiled def {name}" for name in "abcdijk"]
    assert known["plain"] == "def plain"


def test_recursion_ends(evaluate):
    known = evaluate("def f(n):\n    return 1 if n == 0 else f(n - 1)\na = f(5)\nb = g(3)\n")
    assert known["a"] in ("1", "?", "1 | ?")


def test_mutual_recursion_ends(evaluate):
    known = evaluate(
        HEAD
        + """
def even(ds, n):
    return ds if n == 0 else odd(ds.batch(2), n - 1)
def odd(ds, n):
    return ds if n == 0 else even(ds.cache(), n - 1)
made = even(ds, unknown)
small = even(ds, 0)
"""
    )
    assert known["small"] == "range"
    assert "?" in known["made"]


def test_a_deep_chain_of_calls(evaluate):
    lines = ["def f0(ds):", "    return ds.batch(2)"]
    for i in range(1, 30):
        lines += [f"def f{i}(ds):", f"    return f{i - 1}(ds)"]
    known = evaluate(HEAD + "\n".join([*lines, "made = f29(ds)"]))
    assert known["made"] == "range.batch"


def test_generator_functions(evaluate):
    known = evaluate(
        """
        def pairs(n):
            for i in range(1000):
                yield i, "x"
        made = pairs(3)
        first = next(made)
        for a, b in pairs(2):
            last = b
        """
    )
    assert known["made"] == "generator pairs"
    assert known["first"] == "(<int>, 'x')"
    assert known["b"] == "'x'"


def test_yield_from(evaluate):
    known = evaluate("def a():\n    yield 1\ndef b():\n    yield from a()\nfor x in b():\n    y = x")
    assert known["x"] == "1"


def test_a_function_kept_in_a_dict(evaluate):
    known = evaluate(
        HEAD
        + """
def small(ds): return ds.batch(2)
def large(ds): return ds.batch(512)
MAKERS = {"small": small, "large": large}
made = MAKERS["small"](ds)
either = MAKERS[unknown](ds)
"""
    )
    assert known["made"] == "range.batch"
    assert known["either"] == "range.batch | range.batch"


def test_a_function_given_as_argument(evaluate):
    known = evaluate(
        HEAD + "def apply(f, ds):\n    return f(ds)\ndef b(ds):\n    return ds.batch(2)\nmade = apply(b, ds)"
    )
    assert known["made"] == "range.batch"


def test_map_and_filter_of_python(evaluate):
    known = evaluate("a = list(map(lambda n: n * 2, [1, 2]))\nb = sorted([3, 1])\nc = list(zip([1], [2]))")
    assert known["c"] == "[(1, 2)]"


def test_argparse_defaults_are_some_number(evaluate):
    known = evaluate(
        """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--batch-size", type=int, default=32)
        parser.add_argument("--name", default="x")
        args = parser.parse_args()
        size = args.batch_size
        made = size * 2
        name, other = args.name, args.other
        """
    )
    assert [known[name] for name in ("size", "made", "name", "other")] == ["<int>", "<int>", "<str>", "?"]


def test_environment_and_processor_count(evaluate):
    known = evaluate(
        "import os, multiprocessing\na = os.cpu_count()\nb = multiprocessing.cpu_count() // 2\nc = a - 1"
    )
    assert (known["a"], known["b"], known["c"]) == ("<int>", "<int>", "<int>")


def test_dataclass_configuration(evaluate):
    known = evaluate(
        HEAD
        + """
from dataclasses import dataclass, field

@dataclass
class Config:
    batch_size: int = 32
    widths: tuple = (32, 64)
    name: str = "x"
    paths: list = field(default_factory=list)

cfg = Config(batch_size=16)
size, widths = cfg.batch_size, cfg.widths
made = ds.batch(cfg.batch_size)
positional = Config(8).batch_size
"""
    )
    assert (known["size"], known["widths"], known["positional"]) == ("16", "(32, 64)", "8")
    assert known["made"] == "range.batch"


def test_named_tuples_and_namespaces(evaluate):
    known = evaluate(
        """
        from typing import NamedTuple
        from types import SimpleNamespace
        class Split(NamedTuple):
            train: int
            val: int = 2
        split = Split(1)
        a, b = split
        c = split.val
        ns = SimpleNamespace(size=4)
        d = ns.size
        """
    )
    assert [known[name] for name in "abcd"] == ["1", "2", "2", "4"]


def test_configuration_in_a_class_of_constants(evaluate):
    known = evaluate("class Config:\n    SIZE = 32\n    HALF = SIZE // 2\na, b = Config.SIZE, Config().HALF")
    assert (known["a"], known["b"]) == ("32", "16")


def test_configuration_in_a_dict(evaluate):
    known = evaluate(
        "CONFIG = {'data': {'size': 32}}\na = CONFIG['data']['size']\nb = CONFIG.get('other', 4)\nc = CONFIG.get('data').get('size')"
    )
    assert (known["a"], known["b"], known["c"]) == ("32", "4", "32")


def test_enumerations(evaluate):
    known = evaluate(
        "from enum import Enum\nclass Mode(Enum):\n    TRAIN = 1\n    TEST = 2\nmode = Mode.TRAIN\na = 1 if mode == Mode.TRAIN else 2\nb = 1 if mode == Mode.TEST else 2"
    )
    assert known["a"] in ("1", "1 | 2")
    assert known["b"] in ("2", "1 | 2")


def test_an_ellipsis_leaves_every_argument_open(evaluate):
    known = evaluate("def f(a, b=2):\n    return a, b\nx = f(...)")
    assert known["x"] == "(?, ?)"


def test_overloads_and_redefinition(evaluate):
    known = evaluate("def f():\n    return 1\nif unknown:\n    def f():\n        return 2\na = f()")
    assert known["a"] == "1 | 2"


def test_a_conditional_function(evaluate):
    known = evaluate(HEAD + "f = (lambda d: d.batch(2)) if unknown else (lambda d: d.cache())\nmade = f(ds)")
    assert known["made"] == "range.batch | range.cache"


def test_arithmetic_of_the_standard_library(evaluate):
    known = evaluate(
        "import math\nimport numpy as np\na = math.ceil(7 / 2)\nb = int(np.ceil(7 / 2))\nc = math.sqrt(-1)\nd = math.floor(n)\ne = math.log2(8)"
    )
    assert [known[name] for name in "abcde"] == ["4", "4", "?", "?", "3.0"]


def test_copies_are_objects_of_their_own(evaluate):
    known = evaluate(
        """
        import copy
        a = [{"n": 1}]
        shallow, deep = copy.copy(a), copy.deepcopy(a)
        a[0]["n"] = 2
        a.append(3)
        x, y = shallow[0]["n"], deep[0]["n"]
        """
    )
    assert (known["x"], known["y"]) == ("2", "1")
    assert known["deep"] == "[{n: 1}]"


def test_a_dict_of_what_are_no_pairs_is_unknown_and_no_mistake(evaluate):
    known = evaluate("x = dict([('a',), ('b', 2)])\ny = dict([(), 3])\nz = dict([('a', 1)])")
    assert (known["x"], known["y"], known["z"]) == ("{b: 2, ...}", "{...}", "{a: 1}")
