import sys

import pytest

from keraslint.source.stack import run_with_deep_stack


def depth(levels: int) -> int:
    return 0 if levels == 0 else 1 + depth(levels - 1)


def test_deep_recursion_ends_well_and_leaves_the_limit_alone():
    usual = sys.getrecursionlimit()
    assert run_with_deep_stack(depth, 50_000) == 50_000
    assert sys.getrecursionlimit() == usual


def test_exceptions_come_back_to_the_caller():
    with pytest.raises(ZeroDivisionError):
        run_with_deep_stack(lambda: 1 / 0)


def test_a_deep_call_inside_a_deep_call_keeps_its_thread():
    assert run_with_deep_stack(lambda: run_with_deep_stack(depth, 50_000)) == 50_000


def test_arguments_go_by_position_and_name():
    assert run_with_deep_stack(int, "11", base=2) == 3
