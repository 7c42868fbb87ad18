"""Diagnostics follow what is open, saved or not, wherever it lies."""

from editor import CALM_LOADER
from editor import LOADER
from editor import PLAIN
from editor import TRAIN
from lsprotocol import types


def span(first: tuple[int, int], last: tuple[int, int]) -> types.Range:
    return types.Range(types.Position(*first), types.Position(*last))


def test_a_finding_as_the_protocol_has_it(project, edit):
    editor = edit()
    uri = editor.open(project / "train.py", TRAIN)
    found = {each.code: each for each in editor.found(uri)}
    finding = found["KL108"]
    assert sorted(found) == ["KL102", "KL108", "KL202"]
    assert finding.range == span((7, 64), (7, 69))
    assert finding.severity is types.DiagnosticSeverity.Warning
    assert found["KL202"].severity is types.DiagnosticSeverity.Information
    assert finding.source == "keraslint"
    assert finding.message.splitlines()[0].startswith("`cache` keeps the random draws of `augment`")
    assert finding.code_description.href.endswith("/KL108.md")
    places = {(each.location.uri, each.location.range.start.line) for each in finding.related_information}
    assert places == {(uri, 8), ((project / "loader.py").as_uri(), 4)}


def test_what_is_typed_counts_and_not_what_is_saved(project, edit):
    editor = edit()
    uri = editor.open(project / "new.py", "")
    assert editor.found(uri) == []
    editor.change(uri, PLAIN)
    assert editor.codes(uri) == ["KL504"]
    editor.change(uri, types.TextDocumentContentChangePartial(span((2, 15), (2, 28)), ""))
    assert editor.found(uri) == []


def test_another_file_that_is_typed_in_changes_the_finding(project, edit):
    editor = edit()
    train = editor.open(project / "train.py", TRAIN)
    assert "KL108" in editor.codes(train)
    loader = editor.open(project / "loader.py", LOADER)
    editor.change(loader, CALM_LOADER)
    editor.says(train, "KL102", "KL202")
    editor.change(loader, LOADER)
    editor.says(train, "KL102", "KL108", "KL202")
    editor.change(loader, CALM_LOADER)
    editor.says(train, "KL102", "KL202")
    # The disk is right again about a file that is closed.
    editor.close(loader)
    editor.says(train, "KL102", "KL108", "KL202")


def test_another_file_that_is_saved_elsewhere_changes_the_finding(project, edit):
    editor = edit()
    train = editor.open(project / "train.py", TRAIN)
    assert "KL108" in editor.codes(train)
    (project / "loader.py").write_text(CALM_LOADER)
    event = types.FileEvent((project / "loader.py").as_uri(), types.FileChangeType.Changed)
    changes = types.DidChangeWatchedFilesParams([event])
    editor.tell(editor.client.workspace_did_change_watched_files, changes)
    editor.says(train, "KL102", "KL202")
    (project / "loader.py").write_text(LOADER)
    editor.save(train)
    editor.says(train, "KL102", "KL108", "KL202")


def test_nothing_is_left_of_a_file_that_is_closed(project, edit):
    editor = edit()
    uri = editor.open(project / "train.py", TRAIN)
    assert editor.found(uri)
    editor.close(uri)
    editor.says(uri)


def test_a_file_that_was_never_saved(edit):
    editor = edit()
    uri = editor.open("untitled:Untitled-1", PLAIN)
    assert editor.codes(uri) == ["KL504"]


def test_a_file_outside_of_every_folder(tmp_path, edit):
    editor = edit()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    uri = editor.open(elsewhere / "tune.py", PLAIN)
    assert editor.codes(uri) == ["KL504"]


def test_other_languages_are_let_pass(project, edit):
    editor = edit()
    editor.open(project / "notes.md", PLAIN, language="markdown")
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.codes(uri) == ["KL504"]
    assert [each.uri for each in editor.history] == [uri]


def test_several_folders_with_settings_of_their_own(tmp_path, edit):
    folders = [tmp_path / name for name in ("loud", "quiet")]
    for folder in folders:
        folder.mkdir()
    (folders[0] / "keraslint.toml").write_text("")
    (folders[1] / "keraslint.toml").write_text('ignore = ["KL504"]\n')
    editor = edit(*folders)
    loud, quiet = (editor.open(folder / "tune.py", PLAIN) for folder in folders)
    assert editor.codes(loud) == ["KL504"]
    assert editor.found(quiet) == []
    added = tmp_path / "added"
    added.mkdir()
    (added / "keraslint.toml").write_text('ignore = ["KL504"]\n')
    event = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(added.as_uri(), "added")], [])
    folders_changed = types.DidChangeWorkspaceFoldersParams(event)
    editor.tell(editor.client.workspace_did_change_workspace_folders, folders_changed)
    assert editor.found(editor.open(added / "tune.py", PLAIN)) == []


def test_a_file_that_is_excluded_by_force(project, edit):
    (project / "keraslint.toml").write_text('extend-exclude = ["old"]\nforce-exclude = true\n')
    editor = edit()
    old = editor.open(project / "old" / "tune.py", PLAIN)
    new = editor.open(project / "tune.py", PLAIN)
    assert editor.codes(new) == ["KL504"]
    assert old not in editor.diagnostics


def test_ranges_that_lie_nowhere_are_taken_to_the_nearest_place(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.codes(uri) == ["KL504"]
    beyond = span((99, 99), (200, 0))
    turned = span((2, 28), (2, 15))
    editor.change(
        uri, types.TextDocumentContentChangePartial(beyond, "again = tf.data.experimental.AUTOTUNE")
    )
    assert editor.codes(uri) == ["KL504", "KL504"]
    editor.change(uri, types.TextDocumentContentChangePartial(turned, ""))
    assert [each.range.start.line for each in editor.found(uri)] == [3]
    editor.change(uri, types.TextDocumentContentChangePartial(span((3, 200), (3, 300)), "  # end"))
    assert [each.range.start.line for each in editor.found(uri)] == [3]


def test_changes_of_a_file_that_was_never_opened_are_let_pass(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.codes(uri) == ["KL504"]
    editor._versions["file:///nowhere.py"] = 1
    editor.change("file:///nowhere.py", PLAIN)
    editor.close("file:///nowhere.py")
    editor.change(uri, PLAIN + "\n")
    assert editor.codes(uri) == ["KL504"]
    assert editor.messages == []


def test_line_ends_and_marks_that_editors_leave_in(project, edit):
    editor = edit()
    text = "\ufeff" + PLAIN.replace("import tensorflow", "\x0c\nimport tensorflow").replace("\n", "\r\n")
    uri = editor.open(project / "tune.py", text)
    (finding,) = editor.found(uri)
    assert finding.range.start == types.Position(3, 8)
    editor.change(uri, types.TextDocumentContentChangePartial(span((3, 0), (3, 5)), "x"))
    (finding,) = editor.found(uri)
    assert finding.range.start == types.Position(3, 4)


def test_a_mark_before_the_first_line_counts_as_a_character(project, edit):
    editor = edit()
    uri = editor.open(
        project / "tune.py", "\ufeffimport tensorflow as tf; tuned = tf.data.experimental.AUTOTUNE\n"
    )
    (finding,) = editor.found(uri)
    assert finding.range.start == types.Position(0, 34)
