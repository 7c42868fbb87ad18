"""Programs made to be costly: work stays bounded, and only what is concerned becomes unknown."""

from __future__ import annotations

import pytest

HEAD = "import tensorflow as tf\nfrom tensorflow import keras\nds = tf.data.Dataset.range(10)\n"
AFTER = "\nafter = ds0.batch(2).prefetch(1)\nkeras.Sequential([keras.layers.Dense(2)]).fit(after)\n"


def joined_expressions(n):
    return "".join(f"ds = ds.map(f{i}) if c{i} else ds.batch(2)\n" for i in range(n))


def joined_branches(n):
    return "".join(f"if c{i}:\n    ds = ds.map(f{i})\n" for i in range(n))


def one_long_elif(n):
    branches = "".join(f"    elif x == {i}:\n        y = {i}\n" for i in range(1, n))
    return f"def f(x):\n    if x == 0:\n        y = 0\n{branches}    return y\na = f(u)\n"


def many_returns(n):
    return (
        "def f(x, y):\n"
        + "".join(f"    if x.a{i}:\n        return y.map(g)\n" for i in range(n))
        + "\nf(u, ds)\n"
    )


def a_long_chain(n):
    return f"ds = ds{'.map(f)' * n}\n"


def many_statements(n):
    return "".join(f"x{i} = y{i}\n" for i in range(n))


def a_tree_of_calls(n):
    calls = "".join(f"def f{i}(x):\n    a = f{i - 1}(x)\n    return f{i - 1}(a)\n" for i in range(1, n))
    return f"def f0(x):\n    return x.batch(2)\n{calls}y = f{n - 1}(ds)\n"


def a_line_of_calls(n):
    calls = "".join(f"def f{i}(x):\n    return f{i - 1}(x)\n" for i in range(1, n))
    return f"def f0(x):\n    return x.batch(2)\n{calls}y = f{n - 1}(ds)\n"


def a_line_of_calls_of_the_next(n):
    calls = "".join(f"def f{i}(x):\n    return f{i + 1}(x)\n" for i in range(n))
    return f"{calls}def f{n}(x):\n    return x.batch(2)\ny = f0(ds)\n"


def uncalled_functions(n):
    return "".join(
        f"def g{i}(x):\n    return h{i}(x)\ndef h{i}(x):\n    return x.batch(2)\n" for i in range(n)
    )


def methods_in_a_row(n):
    methods = "".join(
        f"    def m{i}(self):\n        self.a{i} = self.a{i - 1}.batch(2)\n" for i in range(1, n)
    )
    return f"class A:\n    def m0(self):\n        self.a0 = ds\n{methods}"


def subclasses_in_a_row(n):
    return "class A0:\n    def f(self):\n        return 1\n" + "".join(
        f"class A{i}(A{i - 1}):\n    def f{i}(self):\n        return self.f()\n" for i in range(1, n)
    )


def subclasses_side_by_side(n):
    methods = "".join(f"    def f{i}(self):\n        return self.f{i - 1}()\n" for i in range(1, n))
    return f"class A:\n    def f0(self):\n        pass\n{methods}" + "".join(
        f"class B{i}(A):\n    def f0(self):\n        pass\n" for i in range(n)
    )


def layers_added(n):
    return "m = keras.Sequential([keras.Input((4,))])\n" + "m.add(keras.layers.Dense(4))\n" * n


def returns_in_tries(n):
    tries = "".join(
        f"    try:\n        a = g({i})\n    except E:\n        return a\n    finally:\n        b = {i}\n"
        for i in range(n)
    )
    return f"def f():\n{tries}f()\n"


GROWING = [
    a_line_of_calls,
    a_line_of_calls_of_the_next,
    a_long_chain,
    a_tree_of_calls,
    joined_branches,
    joined_expressions,
    layers_added,
    many_returns,
    many_statements,
    methods_in_a_row,
    one_long_elif,
    returns_in_tries,
    subclasses_in_a_row,
    subclasses_side_by_side,
    uncalled_functions,
]


def work(known):
    return known.evaluator.bounds.ticks + len(known.evaluator.records)


@pytest.mark.parametrize("program", GROWING, ids=lambda program: program.__name__)
def test_work_grows_with_the_input(evaluate, program):
    small, large = (evaluate(HEAD + "ds0 = ds\n" + program(n) + AFTER) for n in (60, 240))
    assert work(large) <= 5 * work(small)
    assert large["after"] == "range.batch.prefetch"
    assert large.training == ["fit(dataset)"]


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_nested_loops(evaluate, depth):
    loops = "".join("    " * k + f"for i{k} in range(60):\n" for k in range(depth))
    known = evaluate(HEAD + "ds0 = ds\n" + loops + "    " * depth + "ds = ds.map(f)\n" + AFTER)
    assert work(known) < 2_000
    assert known["after"] == "range.batch.prefetch"


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_nested_comprehensions(evaluate, depth):
    clauses = " ".join(f"for i{k} in range(60)" for k in range(depth))
    known = evaluate(HEAD + f"ds0 = ds\nx = [f(1) {clauses}]\n" + AFTER)
    assert work(known) < 2_000


def test_loops_around_a_function_that_loops(evaluate):
    known = evaluate(
        HEAD
        + "ds0 = ds\ndef f():\n    for i in range(60):\n        g()\ndef g():\n    for i in range(60):\n        h(i)\nfor i in range(60):\n    f()\n"
        + AFTER
    )
    assert work(known) < 2_000


def test_a_chain_of_two_thousand_steps_is_known_to_the_end(evaluate):
    known = evaluate(
        HEAD + "for i in range(20):\n" + "    ds = ds.map(abs)\n" * 100 + "keras.Sequential().fit(ds)"
    )
    (pipeline,) = known.facts.pipelines
    assert len(pipeline.steps) == 2001


def test_deep_nesting_of_calls(evaluate):
    known = evaluate(HEAD + "x = " + "f(" * 200 + "1" + ")" * 200 + "\nds0 = ds\n" + AFTER)
    assert known["after"] == "range.batch.prefetch"


def test_recursion_of_every_kind(evaluate):
    known = evaluate(
        HEAD
        + """
def f(x):
    return f(f(x))
def g(x):
    return [g(y) for y in x]
class A:
    @property
    def a(self):
        return self.a
    def __getitem__(self, i):
        return self[i + 1]
    def __len__(self):
        return len(self)
    def __iter__(self):
        return iter(self)
    def __enter__(self):
        with self as x:
            return x
    def __call__(self, x):
        return self(x)
a = A()
a.a, a[0], len(a), list(a), a(1), f(1), g([1])
x = lambda: x()
x()
d = {}
d["d"] = d
l = []
l.append(l)
l2 = [l, l]
with a as b:
    pass
ds = ds.map(lambda x: f(x))
ds0 = ds
"""
        + AFTER
    )
    assert known["after"] == "range.map.batch.prefetch"


def test_a_list_that_holds_itself_as_layers(evaluate):
    known = evaluate(
        HEAD
        + "stack = []\nstack.append(stack)\nm = keras.Sequential(stack)\nm.fit(stack)\nm2 = keras.Sequential()\nm2.add(m2)\n"
    )
    assert all(fact.architecture.parameters is None for fact in known.facts.models)


def test_a_model_that_holds_itself(evaluate):
    known = evaluate(HEAD + "m = keras.Sequential([keras.Input((4,))])\nm.add(m)\nm.fit(ds)\n")
    assert [fact.architecture.parameters for fact in known.facts.models] == [None]


def test_huge_numbers(evaluate):
    known = evaluate(
        "a = 10 ** 10 ** 10\nb = 2 ** 10000\nc = 'x' * 10 ** 9\nd = [0] * 10 ** 9\ne = 1 << 10 ** 9\nf = range(10 ** 12)\ng = list(f)\nh = tuple(range(10 ** 9))\nfor i in f:\n    j = i"
    )
    assert known["j"] == "<int>"


def test_a_bound_that_is_hit_makes_the_result_unknown(evaluate):
    known = evaluate(HEAD + a_line_of_calls(100))
    assert known["y"] == "?"


def test_evaluation_is_deterministic(evaluate):
    text = HEAD + "ds0 = ds\n" + "".join(program(20) for program in GROWING) + AFTER

    def seen():
        known = evaluate(text)
        return (
            [(record.site, record.callee) for record in known.evaluator.records],
            known.training,
            known.data,
            known.models,
        )

    assert seen() == seen()


def test_models_that_hold_the_one_before_twice(evaluate):
    known = evaluate(
        HEAD
        + "m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])\n"
        + "m = keras.Sequential([m, m])\n" * 30
    )
    assert [fact.architecture.parameters for fact in known.facts.models] == [20] * 31


def test_functional_models_that_hold_the_one_before_twice(evaluate):
    step = "i = keras.Input((4,))\nm = keras.Model(i, m(m(i)))\n"
    known = evaluate(
        HEAD + "i = keras.Input((4,))\nm = keras.Model(i, keras.layers.Dense(4)(i))\n" + step * 30
    )
    assert [fact.architecture.parameters for fact in known.facts.models] == [20] * 31
