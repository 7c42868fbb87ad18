import pytest

from keraslint.source.lexing import Comment
from keraslint.source.lexing import Layout


@pytest.mark.parametrize(
    ("text", "row", "line"),
    [
        ("a\nb\nc", 2, (2, 2)),
        ("a = (\n  1,\n)\nb", 2, (1, 3)),
        ("a = '''\n#\n'''\nb", 3, (1, 3)),
        ("a = 1 + \\\n  2\nb", 1, (1, 2)),
        ("def f(\n    x,\n):\n    y", 2, (1, 3)),
        ("def f(\n    x,\n):\n    y", 4, (4, 4)),
        ("a = '(' + \"[\"\nb", 1, (1, 1)),
        ("a = '\\'('\r\nb\rc", 3, (3, 3)),
        ("a = 'x\\\ny'\nb", 2, (1, 2)),
        ("a)\nb", 2, (2, 2)),
        ("a = (\n1", 2, (1, 2)),
        ("r'\\'\nb'\nc", 3, (3, 3)),
        ("", 1, (1, 1)),
    ],
)
def test_logical_lines_are_those_of_python(text, row, line):
    assert Layout(text).logical_line(row) == line


def test_comments_are_told_from_strings():
    layout = Layout("s = '# no'  # yes\n'''\n# no\n'''\n\t# alone\r\nx = f(  # inside\n  # too\n)")
    assert layout.comments == [
        Comment("# yes", 1, 13, False),
        Comment("# alone", 5, 2, True),
        Comment("# inside", 6, 9, False),
        Comment("# too", 7, 3, True),
    ]
