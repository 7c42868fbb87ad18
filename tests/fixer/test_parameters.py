"""Functions get parameters where Python allows them."""

import pytest

from keraslint.changes import AddParameter


@pytest.mark.parametrize(
    ("before", "code", "after"),
    [
        ("def f(): pass\n", "**kwargs", "def f(**kwargs): pass\n"),
        ("def f(self): pass\n", "**kwargs", "def f(self, **kwargs): pass\n"),
        ("def f(self, a=1,): pass\n", "**kwargs", "def f(self, a=1, **kwargs,): pass\n"),
        ("def f(self, *args): pass\n", "**kwargs", "def f(self, *args, **kwargs): pass\n"),
        ("def f(a, /): pass\n", "**kwargs", "def f(a, /, **kwargs): pass\n"),
        ("def f(self, **options): pass\n", "**kwargs", None),
        ("def f(self, kwargs): pass\n", "**kwargs", None),
        ("def f(self): pass\n", "width=3", "def f(self, width=3): pass\n"),
        ("def f(self): pass\n", "width: int = 3", "def f(self, width: int = 3): pass\n"),
        ("def f(self, **kwargs): pass\n", "width=3", "def f(self, width=3, **kwargs): pass\n"),
        ("def f(self, *args, **kwargs): pass\n", "width=3", "def f(self, *args, width=3, **kwargs): pass\n"),
        ("def f(self, *, a): pass\n", "width=3", "def f(self, *, a, width=3): pass\n"),
        ("def f(self, width): pass\n", "width=3", None),
        ("def f(self, *width): pass\n", "width=3", None),
        ("def f(self): pass\n", "width", "def f(self, width): pass\n"),
        ("def f(self, *args): pass\n", "width", "def f(self, width, *args): pass\n"),
        ("def f(self, a=1): pass\n", "width", None),
        ("def f(self): pass\n", "width=3, **kwargs", "def f(self, width=3, **kwargs): pass\n"),
        (
            "def f(\n    self,\n    a: int = 1,  # one\n) -> None:\n    pass\n",
            "**kwargs",
            "def f(\n    self,\n    a: int = 1,  # one\n    **kwargs,\n) -> None:\n    pass\n",
        ),
        (
            "def f(self,\n      a  # one\n      ):\n    pass\n",
            "width=3, **kwargs",
            "def f(self,\n      a,  # one\n      width=3,\n      **kwargs\n      ):\n    pass\n",
        ),
        (
            "def f(\n    self,\n    **kwargs\n): pass\n",
            "width=3",
            "def f(\n    self,\n    width=3,\n    **kwargs\n): pass\n",
        ),
    ],
)
def test_add(check, before, code, after):
    check(before, after, lambda program: AddParameter(program.statement("def f"), code))


def test_a_lambda_takes_none(check):
    check("f = lambda x: x\n", None, lambda program: AddParameter(program.expression("lambda"), "**kwargs"))
