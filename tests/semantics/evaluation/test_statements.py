"""Names: what is bound where, on every path."""

from __future__ import annotations

import pytest

HEAD = "import tensorflow as tf\nds = tf.data.Dataset.range(10)\n"


def test_rebinding(evaluate):
    known = evaluate(HEAD + "ds = ds.map(str)\nds = ds.batch(32)")
    assert known["ds"] == "range.map.batch"


def test_an_unknown_flag_keeps_both_alternatives(evaluate):
    known = evaluate(
        HEAD
        + """
def make(ds, training):
    if training:
        ds = ds.shuffle(10)
    return ds.batch(2)

import sys
made = make(ds, len(sys.argv) > 1)
"""
    )
    assert known["made"] == "range.batch | range.shuffle.batch"


def test_a_known_flag_takes_one_branch(evaluate):
    known = evaluate(
        HEAD
        + """
def make(ds, training=False):
    if training:
        ds = ds.shuffle(10)
    return ds.batch(2)

train = make(ds, training=True)
val = make(ds)
"""
    )
    assert known["train"] == "range.shuffle.batch"
    assert known["val"] == "range.batch"


def test_early_returns(evaluate):
    known = evaluate(
        HEAD
        + """
def make(ds, cached):
    if not cached:
        return ds
    ds = ds.cache()
    return ds

plain = make(ds, False)
kept = make(ds, True)
either = make(ds, unknown)
"""
    )
    assert (known["plain"], known["kept"]) == ("range", "range.cache")
    assert known["either"] == "range | range.cache"


def test_a_branch_that_raises_does_not_count(evaluate):
    known = evaluate(
        HEAD
        + """
if mode == "train":
    ds = ds.shuffle(10)
elif mode == "test":
    pass
else:
    raise ValueError(mode)
"""
    )
    assert known["ds"] == "range | range.shuffle"


def test_a_branch_that_exits_does_not_count(evaluate):
    known = evaluate(
        HEAD
        + """
import sys
if unknown:
    ds = ds.batch(2)
else:
    print("no data")
    sys.exit(1)
"""
    )
    assert known["ds"] == "range.batch"


def test_conditional_expression(evaluate):
    known = evaluate(HEAD + "a = ds.batch(2) if unknown else ds\nb = ds.batch(2) if True else ds")
    assert known["a"] == "range | range.batch"
    assert known["b"] == "range.batch"


def test_tuple_unpacking(evaluate):
    known = evaluate("(a, b), c = (1, 2), 3\nd, *e, f = 1, 2, 3, 4\n[g, h] = [5, 6]")
    assert [known[name] for name in "abcdefgh"] == ["1", "2", "3", "1", "[2, 3]", "4", "5", "6"]


def test_starred_first_and_last(evaluate):
    known = evaluate("*a, b = 1, 2, 3\nc, *d = 1,\n")
    assert [known[name] for name in "abcd"] == ["[1, 2]", "3", "1", "[]"]


def test_unpacking_what_is_unknown(evaluate):
    known = evaluate("a, b = load()\nc, *d = load()")
    assert [known[name] for name in "abc"] == ["?", "?", "?"]


def test_swap(evaluate):
    known = evaluate("a, b = 1, 2\na, b = b, a")
    assert (known["a"], known["b"]) == ("2", "1")


def test_chained_assignment(evaluate):
    known = evaluate("a = b = c = 4")
    assert known["a"] == known["b"] == known["c"] == "4"


def test_walrus(evaluate):
    known = evaluate(HEAD + "if (size := 32) > 16:\n    ds = ds.batch(size)")
    assert known["ds"] == "range.batch"
    assert known["size"] == "32"


def test_walrus_in_a_comprehension_binds_outside(evaluate):
    known = evaluate("made = [last := i for i in (1, 2, 3)]")
    assert known["last"] == "3"


def test_augmented_assignment(evaluate):
    known = evaluate("n = 2\nn *= 3\ns = 'a'\ns += 'b'\nt = [1]\nt += [2]\nu = t")
    assert (known["n"], known["s"], known["t"], known["u"]) == ("6", "'ab'", "[1, 2]", "[1, 2]")


def test_an_augmented_list_is_the_same_list(evaluate):
    known = evaluate("a = [1]\nb = a\na += [2]")
    assert known["b"] == "[1, 2]"


def test_annotated_assignment(evaluate):
    assert evaluate("n: int = 3\nm: int")["n"] == "3"


def test_for_over_a_tuple(evaluate):
    known = evaluate(HEAD + "for size in (2, 3):\n    ds = ds.batch(size)")
    assert known["ds"] == "range.batch.batch"


def test_for_over_something_unknown_may_run_any_number_of_times(evaluate):
    known = evaluate(HEAD + "for size in sizes:\n    ds = ds.batch(size)")
    assert known["ds"] == "? | range | range.batch"


def test_for_with_break(evaluate):
    known = evaluate(
        HEAD
        + """
for size in (2, 3):
    if size == 3:
        break
    ds = ds.batch(size)
else:
    ds = ds.cache()
"""
    )
    assert known["ds"] == "range.batch"


def test_for_with_continue_and_else(evaluate):
    known = evaluate(
        HEAD
        + """
for size in (2, 3):
    if size == 2:
        continue
    ds = ds.batch(size)
else:
    ds = ds.cache()
"""
    )
    assert known["ds"] == "range.batch.cache"


def test_while_true_with_break(evaluate):
    known = evaluate(
        HEAD
        + """
while True:
    made = ds.batch(2)
    if done():
        break
after = made.prefetch(1)
"""
    )
    assert known["after"] == "range.batch.prefetch"


def test_while_true_without_break_goes_on_for_ever(evaluate):
    known = evaluate("def f():\n    while True:\n        work()\n    return 1\na = 2\n")
    assert known["a"] == "2"


def test_a_test_that_the_loop_changes_ends_it(evaluate):
    known = evaluate(
        """
def f():
    done = False
    while not done:
        done = work()
    return 1

a = f()
"""
    )
    assert known["a"] == "1"


def test_a_loop_changes_what_it_reads(evaluate):
    known = evaluate(
        """
class Box: ...
box = Box()
box.n = 1
for _ in range(1000):
    box.n = box.n * 2
"""
    )
    assert known.attribute("box", "n") == "2 | <int>"


def test_a_list_that_a_long_loop_fills(evaluate):
    known = evaluate("made = []\nfor i in range(1000):\n    made.append('x')\n")
    assert known["made"] == "list of 'x'"


def test_a_dict_that_a_long_loop_fills(evaluate):
    known = evaluate("made = {'a': 1}\nfor i in range(1000):\n    made['b'] = made['a']\n    made[i] = 2\n")
    assert known["made"] == "{...}"


def test_try_finally(evaluate):
    known = evaluate(
        HEAD
        + """
try:
    ds = ds.batch(2)
finally:
    ds = ds.prefetch(1)
"""
    )
    assert known["ds"] == "range.batch.prefetch"


def test_try_that_may_fail(evaluate):
    known = evaluate(
        HEAD
        + """
try:
    ds = ds.batch(2)
except ValueError as error:
    ds = ds.cache()
"""
    )
    assert known["ds"] == "range.batch | range.batch.cache | range.cache"


def test_try_whose_handler_gives_up(evaluate):
    known = evaluate(HEAD + "try:\n    ds = ds.batch(2)\nexcept ValueError:\n    raise")
    assert known["ds"] == "range.batch"


def test_return_in_try_runs_finally(evaluate):
    known = evaluate(
        """
log = []
def f():
    try:
        return 1
    finally:
        log.append(2)
a = f()
"""
    )
    assert (known["a"], known["log"]) == ("1", "[2]")


def test_with_binds_its_target(evaluate):
    known = evaluate(HEAD + "with open('x') as file:\n    ds = ds.batch(2)\n")
    assert known["ds"] == "range.batch"


def test_a_context_manager_of_the_program(evaluate):
    known = evaluate(
        HEAD
        + """
class Scope:
    def __enter__(self):
        return ds.batch(2)
    def __exit__(self, *exception):
        return False

with Scope() as made:
    pass
"""
    )
    assert known["made"] == "range.batch"


def test_a_context_manager_that_gives_itself(evaluate):
    known = evaluate(
        """
class Scope:
    def __enter__(self):
        self.n = 3
        return self
    def __exit__(self, *exception): ...

with Scope() as made:
    n = made.n
"""
    )
    assert known["n"] == "3"


def test_a_generator_as_context_manager(evaluate):
    known = evaluate(
        HEAD
        + """
from contextlib import contextmanager

@contextmanager
def scope(n):
    yield ds.batch(n)

with scope(3) as made:
    pass
"""
    )
    assert known["made"] == "range.batch"


def test_global_statement(evaluate):
    known = evaluate(
        HEAD
        + """
made = None
def make():
    global made
    made = ds.batch(2)
make()
"""
    )
    assert known["made"] == "range.batch"


def test_a_global_that_a_function_nobody_called_sets(evaluate):
    known = evaluate(
        HEAD
        + """
made = None
def make():
    global made
    made = ds.batch(2)
"""
    )
    assert known["made"] in ("None", "None | range.batch")


def test_a_local_name_does_not_leak(evaluate):
    known = evaluate("n = 1\ndef f():\n    n = 2\n    return n\nm = f()")
    assert (known["n"], known["m"]) == ("1", "2")


def test_nonlocal_statement(evaluate):
    known = evaluate(
        """
def outer():
    n = 1
    def inner():
        nonlocal n
        n = 2
    inner()
    return n
a = outer()
"""
    )
    assert known["a"] == "2"


def test_del(evaluate):
    assert evaluate("a = 1\ndel a\nb = a")["b"] == "?"


def test_match(evaluate):
    known = evaluate(
        HEAD
        + """
match mode:
    case "train":
        ds = ds.shuffle(10)
    case "test":
        ds = ds.cache()
    case _:
        raise ValueError
"""
    )
    assert "range.shuffle" in known["ds"]
    assert "range.cache" in known["ds"]


def test_short_circuits(evaluate):
    known = evaluate("a = None or 3\nb = 0 and f()\nc = x or 4\nd = not None\ne = 1 < 2 < 3")
    assert [known[name] for name in "abcde"] == ["3", "0", "4 | ?", "True", "True"]


def test_a_comprehension_keeps_its_names_to_itself(evaluate):
    known = evaluate("i = 7\nmade = [i * 2 for i in (1, 2)]\n")
    assert (known["i"], known["made"]) == ("7", "[2, 4]")


def test_comprehensions(evaluate):
    known = evaluate(
        HEAD
        + """
a = [ds.batch(n) for n in (1, 2)]
b = {name: ds.batch(2) for name in ("train", "val")}
c = [n for n in range(6) if n % 2]
d = tuple(n + m for n in (1, 2) for m in (10, 20))
train, val = (part.prefetch(1) for part in (ds, ds.cache()))
"""
    )
    assert known["a"] == "[range.batch, range.batch]"
    assert known["b"] == "{train: range.batch, val: range.batch}"
    assert known["c"] == "[1, 3, 5]"
    assert known["d"] == "(11, 21, 12, 22)"
    assert (known["train"], known["val"]) == ("range.prefetch", "range.cache.prefetch")


def test_loop_over_datasets(evaluate):
    known = evaluate(HEAD + "last = None\nfor part in (ds, ds.cache()):\n    last = part.batch(2)")
    assert known["last"] == "range.cache.batch"


def test_main_guard(evaluate):
    known = evaluate(HEAD + "if __name__ == '__main__':\n    ds = ds.batch(2)")
    assert known["ds"] == "range.batch"


def test_async_functions(evaluate):
    known = evaluate(
        HEAD
        + "async def make():\n    return ds.batch(2)\nasync def main():\n    return await make()\nimport asyncio\nmade = asyncio.run(main())"
    )
    assert known["made"] in ("range.batch", "asyncio.run()")


def test_type_checking_imports(evaluate):
    known = evaluate(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import keras\nelse:\n    keras = None\na = 1"
    )
    assert known["a"] == "1"


def test_comparisons_of_tuples_and_lists(evaluate):
    known = evaluate(
        "s = (2, 2)\na = s == (1, 1)\nb = s != (1, 1)\nc = [1] == [1]\nd = (1,) == [1]\ne = s == (n, 2)"
    )
    assert [known[name] for name in "abcde"] == ["False", "True", "True", "False", "<bool>"]


def test_membership(evaluate):
    known = evaluate("d = {'a': 1}\na = 'a' in d\nb = 'b' not in d\nc = 3 not in (1, 2)\ne = 'a' in {**o}")
    assert [known[name] for name in "abce"] == ["True", "True", "True", "<bool>"]


def test_empty_and_filled_containers_as_conditions(evaluate):
    known = evaluate(
        "x = []\ny = [1]\na = b = 0\nif x:\n    a = 1\nif not y:\n    b = 1\nx.append(1)\nc = 2 if x else 3"
    )
    assert (known["a"], known["c"]) == ("0", "2")


INSERTED = {
    "x.insert(0, 'a')": "['a', 'b', 'c']",
    "x.insert(-1, 'a')": "['b', 'a', 'c']",
    "x.insert(9, 'a')": "['b', 'c', 'a']",
    "x.insert(given, 'a')": "list of 'a' | 'b' | 'c'",
    "x.insert(0, *given)": "list of 'b' | 'c'",
}


@pytest.mark.parametrize(("statement", "told"), INSERTED.items())
def test_what_is_inserted_into_a_list_is_in_it(evaluate, statement, told):
    known = evaluate(f"from environment import given\nx = ['b', 'c']\n{statement}\ny = list(x)\n")
    assert known["y"] == told
