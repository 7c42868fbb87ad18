"""While a text does not parse, what was said of the rest of it stays, and what is wrong is said."""

from editor import LOADER
from editor import PLAIN
from editor import TRAIN
from lsprotocol import types


def lines_of(diagnostics: list[types.Diagnostic], code: str) -> list[int]:
    return [each.range.start.line for each in diagnostics if each.code == code]


def test_findings_stay_with_their_lines_while_something_is_typed(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    assert lines_of(editor.found(uri), "KL504") == [2]
    for typed in ("def", "def f", "def f(", "def f(x"):
        editor.change(uri, PLAIN.replace("\n\n", f"\n{typed}\n\n"))
        found = editor.found(uri)
        assert lines_of(found, "KL504") == [3]
        assert lines_of(found, "KL000") != []
    editor.change(uri, PLAIN.replace("\n\n", "\ndef f(x): pass\n\n"))
    found = editor.found(uri)
    assert lines_of(found, "KL504") == [3]
    assert lines_of(found, "KL000") == []


def test_a_finding_goes_with_the_line_that_it_stood_on(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.codes(uri) == ["KL504"]
    editor.change(uri, PLAIN.replace("AUTOTUNE", "AUTOTUNE("))
    assert editor.codes(uri) == ["KL000"]


def test_the_rest_is_linted_while_one_place_is_broken(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.codes(uri) == ["KL504"]
    broken = "import tensorflow as tf\n\ndef f(\n\ntuned = tf.data.experimental.AUTOTUNE\n"
    editor.change(uri, broken)
    assert sorted(editor.codes(uri)) == ["KL000", "KL504"]
    editor.change(uri, broken + "more = tf.data.experimental.AUTOTUNE\n")
    found = editor.found(uri)
    assert lines_of(found, "KL504") == [4, 5]


def test_other_files_keep_what_they_know_of_a_broken_one(project, edit):
    editor = edit()
    train = editor.open(project / "train.py", TRAIN)
    loader = editor.open(project / "loader.py", LOADER)
    assert "KL108" in editor.codes(train)
    editor.change(loader, LOADER + "\ndef broken(:\n")
    assert "KL000" in editor.codes(loader)
    editor.change(train, TRAIN + "\n")
    assert "KL108" in editor.codes(train)


def test_a_file_that_is_broken_from_the_start(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN + "def f(:\n")
    (finding,) = editor.found(uri)
    assert finding.code == "KL000"
    assert finding.range.start.line == 3


def test_nothing_is_fixed_in_a_text_that_does_not_parse(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    (finding,) = editor.found(uri)
    editor.change(uri, PLAIN + "def f(:\n")
    editor.found(uri)
    titles = [each["title"] for each in editor.actions(uri, finding.range)]
    assert titles == ["Suppress KL504 on this line", "Open the page of KL504 deprecated-autotune"]
