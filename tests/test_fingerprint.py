"""A fingerprint tells what code means from how it looks and where it stands."""

from pathlib import Path

import pytest

from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.diagnostic import Severity
from keraslint.fingerprint import Fingerprint
from keraslint.fingerprint import fingerprints
from keraslint.source.text import SourceFile


def at(text: str, mark: str = "fit", code: str = "KL999", name: str = "train.py") -> Fingerprint:
    """The fingerprint of a finding where a word stands."""
    before = text[: text.index(mark)]
    where = Location(before.count("\n") + 1, len(before) - before.rfind("\n"))
    found = Diagnostic(code, "a-rule", Severity.WARNING, Confidence.HIGH, "said", name, where, where)
    source = SourceFile(Path(name), name, text.encode(), text)
    (mark_of_it,) = fingerprints([found], {name: source})
    return mark_of_it


@pytest.mark.parametrize(
    "other",
    [
        "\n\n# words\nm.fit(x, y='a', z=(1, 2))\n",
        'm.fit(\n    x,  # why\n    y="a",\n    z=(1, 2),\n)\n',
        "m \\\n  .fit(x, y='''a''', z=((1),  2))\n",
        "(m.fit)(x, y=u'a', z=(0x1, 2))\n",
        "import os; m.fit(x, y='a', z=(1, 2)); y = 1\n",
        "if ready: m.fit(x, y='a', z=(1, 2))\n",
        "for i in a:\n    try:\n        m.fit(x, y='' 'a', z=(1, 2))\n    except E:\n        pass\n",
    ],
)
def test_looks_and_surroundings_do_not_count(other):
    assert at(other) == at("m.fit(x, y='a', z=(1, 2))\n")


@pytest.mark.parametrize(
    "other",
    [
        "m.fit(x, y='a', z=(1, 3))\n",
        "m.fit(x, y='a')\n",
        "n.fit(x, y='a', z=(1, 2))\n",
        "m.fit(x, y=b'a', z=(1, 2))\n",
        "h = m.fit(x, y='a', z=(1, 2))\n",
        "def f():\n    m.fit(x, y='a', z=(1, 2))\n",
        "f = lambda: m.fit(x, y='a', z=(1, 2))\n",
    ],
)
def test_meaning_and_scope_count(other):
    assert at(other).content != at("m.fit(x, y='a', z=(1, 2))\n").content


def test_the_rule_counts_and_the_file_does_not():
    text = "m.fit(x)\n"
    assert at(text, name="other.py") == at(text)
    assert at(text, code="KL998").content != at(text).content


def test_the_scope_is_told():
    text = (
        "class A:\n    def f(self):\n        async def g():\n            with s:\n                m.fit(x)\n"
    )
    assert at(text).scope == "A.f.g"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("for x in fit:\n    a()\n", "for x in fit:\n    b()\n    c()\n"),
        ("def fit(x): return 1\n", "def fit(x):\n    return 2\n"),
        ("class fit(B):\n    a = 1\n", "class fit(B):\n    b = 2\n"),
        ("try:\n    a()\nexcept fit:\n    b()\n", "try:\n    c()\nexcept fit:\n    d()\n"),
        ("match x:\n    case fit():\n        a()\n", "match x:\n    case fit():\n        b()\n    case _:\n        c()\n"),
    ],
)  # fmt: skip
def test_of_a_block_the_header_counts(first, second):
    assert at(first) == at(second)


def test_a_decorator_belongs_to_its_function():
    assert at("@fit\ndef f(): pass\n") == at("@fit\ndef f():\n    return 1\n")


def test_what_does_not_parse_is_told_by_its_line():
    assert at("print 'fit'\n") == at("x = 1\n  print   'fit'\n")
    assert at("print 'fit'\n") != at("print 'fit', 1\n")


def test_the_same_twice_is_told_apart():
    text = "m.fit(x)\nm.fit(x)\n"
    source = SourceFile(Path("a.py"), "a.py", text.encode(), text)
    found = [
        Diagnostic("KL999", "a-rule", Severity.INFO, Confidence.HIGH, "said", "a.py", Location(row, 3), Location(row, 6))
        for row in (1, 2)
    ]  # fmt: skip
    first, second = fingerprints(found, {"a.py": source})
    assert (first.content, first.occurrence) == (second.content, 1)
    assert second.occurrence == 2


def test_a_deep_program_has_one():
    assert at(f"x = {'(' * 80}m.fit(x){')' * 80}{'.a()' * 3000}\n").content
