"""Edits are applied to text; those that cannot go together wait."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Edit
from keraslint.diagnostic import Location
from keraslint.diagnostic import ResolvedFix
from keraslint.fixer.edits import apply
from keraslint.fixer.edits import difference
from keraslint.fixer.edits import select_compatible


def edit(content, row, column, end_row=None, end_column=None, file="a.py"):
    end = Location(end_row or row, column if end_column is None else end_column)
    return Edit(file, content, Location(row, column), end)


def fix(*edits, message="Mend it"):
    return ResolvedFix(message, Applicability.SAFE, edits)


def test_edits_are_applied_in_the_order_of_the_text():
    text = "größe = 1\r\nb = '🙂' + c\rd\n"
    edits = [edit("X", 3, 1, 3, 2), edit("", 2, 8, 2, 12), edit("länge", 1, 1, 1, 6)]
    assert apply(text, edits) == "länge = 1\r\nb = '🙂'\rX\n"


def test_identical_edits_count_once():
    insertion = edit("import a\n", 1, 1)
    assert apply("b\n", [insertion, insertion]) == "import a\nb\n"


@pytest.mark.parametrize("other", [edit("y", 1, 1, 1, 3), edit("y", 1, 2, 1, 4), edit("", 1, 1, 1, 2)])
def test_edits_that_overlap_are_refused(other):
    with pytest.raises(ValueError, match="overlap"):
        apply("abcdef", [edit("x", 1, 1, 1, 3), other])


def test_fixes_that_overlap_wait_whatever_their_order():
    first, second, third = fix(edit("x", 1, 1, 1, 3)), fix(edit("y", 1, 2, 1, 4)), fix(edit("z", 1, 5, 1, 6))
    for order in ([first, second, third], [third, second, first], [second, third, first]):
        assert select_compatible(order) == ([first, third], [second])


def test_fixes_that_touch_wait():
    first, second = fix(edit("", 1, 1, 2, 1)), fix(edit("", 2, 1, 3, 1))
    assert select_compatible([second, first]) == ([first], [second])


def test_all_edits_of_a_fix_wait_together():
    first = fix(edit("x", 2, 1, 2, 3))
    second = fix(edit("y", 5, 1, 5, 2), edit("y", 2, 2, 2, 4))
    third = fix(edit("z", 5, 1, 5, 2))
    assert select_compatible([second, third, first]) == ([first, third], [second])


def test_fixes_of_several_files_do_not_disturb_each_other():
    fixes = [fix(edit("x", 1, 1, 1, 2)), fix(edit("x", 1, 1, 1, 2, file="b.py"))]
    assert select_compatible(fixes) == (fixes, [])


def test_one_import_that_two_fixes_need_comes_once():
    insertion = edit("import a\n", 1, 1)
    first, second = fix(insertion, edit("x", 5, 1, 5, 2)), fix(insertion, edit("y", 7, 1, 7, 2))
    assert select_compatible([first, second]) == ([first, second], [])


def test_the_same_import_at_two_places_waits():
    first = fix(edit("import a\n", 1, 1), edit("x", 5, 1, 5, 2))
    second = fix(edit("import a\n", 3, 1), edit("y", 7, 1, 7, 2))
    assert select_compatible([first, second]) == ([first], [second])


def spliced(old, replacements):
    for start, end, content in reversed(replacements):
        old = old[:start] + content + old[end:]
    return old


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("f(a)\n", "f(a, n=2)\n", [(3, 3, ", n=2")]),
        ("f(a, **k)\n", "f(a, n=2, **k)\n", [(3, 3, ", n=2")]),
        ("f(n=4)\n", "f(n=14)\n", [(4, 5, "14")]),
        ("a\nb\n", "a\nx\nb\n", [(2, 2, "x\n")]),
        ("  a\n  b\n", "  a\n  x\n  b\n", [(4, 4, "  x\n")]),
        ("a\nb\nc\n", "a\nc\n", [(2, 4, "")]),
    ],
)
def test_differences_are_small_and_put_as_one_would(old, new, expected):
    assert difference(old, new) == expected


def test_a_claim_is_replaced_as_a_whole():
    assert difference("f(g(a), b)\n", "f(g(c), b)\n", [(2, 6)]) == [(2, 6, "g(c)")]


pieces = st.lists(st.sampled_from(["a", "b", " ", "    ", "\n", "\r\n", "(", ",", "é", "🙂"])).map("".join)
claims = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: tuple(sorted(pair))), max_size=3
)


@given(pieces, pieces, claims)
def test_differences_lead_from_one_text_to_the_other(old, new, claims):
    within = [(start, end) for start, end in claims if end <= len(old)]
    replacements = difference(old, new, within)
    assert spliced(old, replacements) == new
    assert all(left[1] < right[0] for left, right in pairwise(replacements))
    for start, end, _ in replacements:
        assert all(
            end <= first or last <= start or (start <= first and last <= end) for first, last in within
        )


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 3)), max_size=12), st.randoms()
)
def test_the_choice_does_not_depend_on_the_order(spans, random):
    fixes = [fix(edit("x", row, column, row, column + width)) for row, column, width in spans]
    chosen = select_compatible(fixes)
    random.shuffle(fixes)
    assert select_compatible(fixes) == chosen
    apply((" " * 20 + "\n") * 10, [each for taken in chosen[0] for each in taken.edits])
