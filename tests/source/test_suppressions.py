import pytest

from keraslint.source.suppressions import Suppressions


def silenced(text: str, row: int, code: str = "KL102", name: str = "missing-prefetch") -> bool:
    return Suppressions(text).match(code, name, row) is not None


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NOQA",
        "# noqa: KL102",
        "# noqa:KL102",
        "# noqa : kl102",
        "# noqa: E501,KL102",
        "# noqa: E501 KL102",
        "# noqa: KL102 because it is small",
        "# noqa: missing-prefetch",
        "# noqa: KL1",
        "# type: ignore  # noqa: KL102",
        "# why # noqa: KL102 # more",
        "# keraslint: ignore",
        "# keraslint:ignore[KL102]",
        "# keraslint: ignore[KL103, KL102]",
        "# keraslint: ignore[missing-prefetch]  it is small",
        "# Keraslint: Ignore[Missing-Prefetch]",
    ],
)
def test_a_comment_silences_its_line(comment):
    assert silenced(f"a\nb  {comment}\nc", 2)
    assert not silenced(f"a\nb  {comment}\nc", 1)
    assert not silenced(f"a\nb  {comment}\nc", 3)


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: KL103",
        "# noqa: E501",
        "# noqa: E501 as KL102 is another matter",
        "# noqa-not",
        "# no qa",
        "# keraslint: ignore[KL103]",
        "# keraslint: ignore[]",
        "# keraslint: ignored",
        "# ruff: noqa",
        "'# noqa'",
    ],
)
def test_what_means_something_else_silences_nothing(comment):
    assert not silenced(f"b  {comment}", 1)


@pytest.mark.parametrize(
    "text",
    [
        "ds = (  # noqa: KL102\n    x\n    .map(f)\n)",
        "ds = (\n    x\n    .map(f)  # noqa: KL102\n)",
        "ds = (\n    x\n    .map(f)\n)  # noqa: KL102",
        "ds = (\n    # noqa: KL102\n    x\n    .map(f)\n)",
        "ds = x(\n  '''\n'''\n)  # noqa: KL102",
    ],
)
def test_any_line_of_a_statement_will_do(text):
    assert all(silenced(text, row) for row in range(1, 5))
    assert not silenced(text + "\ny", text.count("\n") + 2)


def test_of_a_compound_statement_the_header_alone_counts():
    text = "def f(\n    x,\n):  # noqa: KL102\n    a\n    b  # noqa: KL102\n"
    assert silenced(text, 1)
    assert not silenced(text, 4)
    assert silenced(text, 5)
    assert not silenced("def f(x):\n    b  # noqa: KL102\n", 1)


@pytest.mark.parametrize(
    "comment",
    [
        "# keraslint: ignore-file",
        "# keraslint: ignore-file[KL102]",
        "# ruff: noqa",
        "# ruff: noqa: KL102",
        "# flake8: noqa",
        "#flake8:noqa:missing-prefetch",
    ],
)
def test_a_file_can_be_silenced_from_any_line_of_its_own(comment):
    assert silenced(f"a\nb\n{comment}\n", 1)


def test_files_are_silenced_for_the_rules_that_are_named():
    assert not silenced("# keraslint: ignore-file[KL103]\na", 2)
    assert not silenced("# ruff: noqa: E501\na", 2)
    assert silenced("x = 1  # keraslint: ignore-file\na", 2)


def test_what_silenced_nothing_is_named_with_its_place():
    text = (
        "a  # keraslint: ignore[KL102, KL103]\n"
        "b  # noqa: E501, KL104\n"
        "c  # noqa\n"
        "d  # noqa: E501\n"
        "e  # keraslint: ignore\n"
        "# keraslint: ignore-file[KL999]\n"
        "f  # keraslint: ignore[]\n"
        "# ruff: noqa\n"
    )
    suppressions = Suppressions(text)
    assert suppressions.match("KL102", "missing-prefetch", 1) is not None
    unused = [(each.directive.row, each.directive.column, each.items) for each in suppressions.unused()]
    assert unused == [(1, 4, ("KL103",)), (2, 4, ("KL104",)), (5, 4, ()), (6, 1, ("KL999",)), (7, 4, ())]
    assert suppressions.unused()[0].directive.end_column == 37


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: ACME001",
        "# noqa: E501, acme001",
        "# noqa: ACME0",
        "# noqa: long-training",
        "# keraslint: ignore[ACME001]",
        "# keraslint: ignore[long-training]",
    ],
)
def test_rules_of_other_packs_are_silenced_alike(comment):
    assert silenced(f"b  {comment}", 1, "ACME001", "long-training")
    assert not silenced(f"b  {comment}", 1, "OTHER001", "other-training")


def test_a_name_of_one_word_is_one_in_our_own_comment():
    assert silenced("b  # keraslint: ignore[Failing]", 1, "ACME900", "failing")


def test_of_noqa_only_what_a_rule_here_is_called_is_ours():
    text = "a  # noqa: E501, ACME001\nb  # noqa: E501\nc  # noqa: ACME999\nd  # noqa: F401, long-training\n"
    unused = Suppressions(text).unused({"ACME001", "long-training", "KL102"})
    assert [(each.directive.row, each.items) for each in unused] == [
        (1, ("ACME001",)),
        (4, ("long-training",)),
    ]


def test_what_silenced_something_is_of_use():
    text = "a  # keraslint: ignore\nb  # noqa: KL102\n# keraslint: ignore-file[sequential-map]\n"
    suppressions = Suppressions(text)
    for code, name, row in (
        ("KL101", "x", 1),
        ("KL102", "y", 2),
        ("KL103", "sequential-map", 2),
    ):
        assert suppressions.match(code, name, row) is not None
    assert suppressions.unused() == []


def test_texts_that_nobody_can_parse_are_no_trouble():
    text = "print 'x'  # noqa\n)))\n'''\n# noqa\n"
    assert silenced(text, 1)
    assert not silenced(text, 2)
