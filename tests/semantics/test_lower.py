import ast
from pathlib import Path

import libcst as cst
import pytest

import keraslint
from keraslint.semantics.lowering import concrete
from keraslint.semantics.lowering.lower import lower
from keraslint.semantics.lowering.positions import Positions
from keraslint.semantics.lowering.spans import Spans
from keraslint.source.stack import run_with_deep_stack

FIXTURES = sorted((Path(keraslint.__file__).parents[1] / "fixtures").rglob("*.py"))
FORMS = """
del a, b
del (a, b)
del a[0], b.c
x[1, 2], x[1:2, ...], x[(1, 2)], x[1,], x[*rest], x[::2]
a and b and c or d and (e and f)
not a < b <= c is not d
'one' "two", b'three' b"four"
'one' f"two {three!r:{width}} {{four}}" 'five'
f"{x=}" f"{y}"
f"nothing"
rf"\\d{x}" F"\\t{y}\\"" "\\n"
"text" f"{x}"
("docstring")
...
f(*a, b=1, *c, d=2, **e)
f(x for x in y if x if not x)
f(a, (b), key=(c))
lambda a, /, b=1, *c, d, e=2, **f: (yield)
def g(a, /, b: int = 1, *args: int, c, d: str = "x", **kwargs) -> None: "text"; pass; return
async def h():
    async with a as b, c: await d
    async for e in f: yield from g
    return [x async for x in y]
@decorator(1)
class _Private(Base, *bases, metaclass=Meta, **options):
    __name: int = 1
    __other: int
    def __method(self): return self.__name, __other__
if a: pass
elif b: pass
else:
    if c: pass
    else: d
try: a
except (B, C) as d: raise E from d
except: raise
else: f
finally: g
for i, (j, *k) in x: break
else: continue
while (n := n - 1): global q
with (open(a) as b): pass
match p, q:
    case [A(b=c), *d] | {"e": f, **g} as h if i: pass
    case _: pass
import a.b, c.d as e
from .. import f as g
from ..h.i import *
x: int = y + 1
x @= -y ** ~z // 1j + 0x10 + 1_000.5e3
print({**a, "b": c, d: e}, {f, *g}, [], (), {})
assert a, b
nonlocal r
"""


def forms():
    """The statements above, those that stand inside others with them."""
    found = []
    for line in FORMS.strip().splitlines():
        if found and (line[0] in " " or line.startswith(("el", "ex", "fin", "class"))):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


PROGRAMS = [
    *(pytest.param(form, id=form[:20]) for form in forms()),
    *(pytest.param(path.read_text(encoding="utf-8"), id=path.parent.name) for path in FIXTURES[::7]),
]


def both(text):
    return lower(ast.parse(text)), concrete.lower_with_nodes(cst.parse_module(text))[0]


@pytest.mark.parametrize("text", PROGRAMS)
def test_both_trees_are_lowered_to_the_same(text):
    ours, theirs = run_with_deep_stack(both, text)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_may(ending):
    text = ending.join(["x = '''a", "b'''", "if y:", "\tz = f(1)", "\x0c", "w = 2", ""])
    ours, theirs = both(text)
    assert ours == theirs
    assert Spans(text).span(ours.size - 1) == Positions(text).span(theirs.size - 1) == (6, 1, 6, 2)


@pytest.mark.parametrize("path", FIXTURES[::29], ids=lambda path: path.parent.name)
def test_both_trees_stand_in_the_same_places(path):
    text = path.read_text(encoding="utf-8")
    quick, slow = Spans(text), Positions(text)
    # Python counts the brackets of a tuple and of a generator in, and a clause has no place of its own.
    kinds = (cst.Tuple, cst.GeneratorExp, cst.CompFor, cst.Subscript)
    for place in range(lower(ast.parse(text)).size):
        node = slow.nodes[place]
        if not isinstance(getattr(node, "value", node), kinds) and not isinstance(node, kinds):
            assert quick.span(place) == slow.span(place), type(node)


def test_columns_count_characters():
    assert Spans("größe = über.fit(x)\n").span(2) == (1, 9, 1, 17)


def test_words_without_a_node_are_found():
    text = "async  def  run(*args, **options):\n    return [a for a in b]\n"
    spans = Spans(text)
    assert [spans.span(place)[:2] for place in (1, 2, 3)] == [(1, 13), (1, 17), (1, 24)]
    assert (2, 15) in [spans.span(place)[:2] for place in range(4, 10)]
