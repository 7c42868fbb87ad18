"""What one can do about a finding, from where it is seen."""

from pathlib import Path

from editor import LOADER
from editor import PLAIN
from editor import TRAIN
from editor import applied
from lsprotocol import types

EVERYWHERE = types.Range(types.Position(0, 0), types.Position(99, 0))
RESOLVING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        code_action=types.CodeActionClientCapabilities(
            resolve_support=types.ClientCodeActionResolveOptions(["edit"])
        )
    ),
    window=types.WindowClientCapabilities(show_document=types.ShowDocumentClientCapabilities(support=True)),
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    ),
)


def titled(actions: list[dict], beginning: str) -> dict:
    (action,) = [each for each in actions if each["title"].startswith(beginning)]
    return action


def test_a_safe_fix_is_offered_and_mends_the_text(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    (finding,) = editor.found(uri)
    action = titled(editor.actions(uri, finding.range), "Use")
    assert action["title"].startswith("Use `tf.data.AUTOTUNE` (safe")
    assert action["kind"] == "quickfix"
    assert action["isPreferred"] is True
    assert action["diagnostics"][0]["code"] == "KL504"
    fixed = applied(PLAIN, action["edit"]["changes"][uri])
    assert fixed == PLAIN.replace("experimental.", "")
    editor.change(uri, fixed)
    assert editor.found(uri) == []


def test_an_unsafe_fix_says_what_it_changes_and_what_it_was_measured_to_bring(project, edit):
    text = (Path(__file__).parents[2] / "fixtures" / "getitem-preprocessing" / "bad.py").read_text()
    editor = edit()
    uri = editor.open(project / "photos.py", text)
    found = {each.code: each for each in editor.found(uri)}
    action = titled(editor.actions(uri, found["KL101"].range), "Prepare")
    assert "(unsafe: the prepared samples of the whole set" in action["title"]
    assert "x on a " in action["title"]
    assert "isPreferred" not in action


def test_only_what_was_asked_for_comes(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    (finding,) = editor.found(uri)
    kinds = {each["kind"] for each in editor.actions(uri, finding.range, ["quickfix"])}
    assert kinds == {"quickfix"}
    editor.ask_for("KL504")
    kinds = [each["kind"] for each in editor.actions(uri, EVERYWHERE, ["source.fixAll"])]
    assert kinds == ["source.fixAll.keraslint"]
    assert editor.actions(uri, finding.range, ["refactor"]) == []
    elsewhere = types.Range(types.Position(0, 0), types.Position(0, 3))
    assert editor.actions(uri, elsewhere, ["quickfix"]) == []


def test_all_safe_fixes_at_once_and_no_other(project, edit):
    text = PLAIN + "again = tf.data.experimental.AUTOTUNE\n"
    editor = edit()
    uri = editor.open(project / "tune.py", text)
    editor.found(uri)
    # As with `--fix`, what is only good to know is mended where its rule was asked for.
    assert editor.actions(uri, EVERYWHERE, ["source.fixAll.keraslint"]) == []
    editor.ask_for("KL504")
    (action,) = editor.actions(uri, EVERYWHERE, ["source.fixAll.keraslint"])
    edits = action["edit"]["changes"][uri]
    assert applied(text, edits) == text.replace("experimental.", "")


def test_edits_are_worked_out_late_and_for_one_version_where_the_client_can(project, edit):
    editor = edit(capabilities=RESOLVING)
    editor.ask_for("KL504")
    uri = editor.open(project / "tune.py", PLAIN)
    editor.found(uri)
    (action,) = editor.actions(uri, EVERYWHERE, ["source.fixAll"])
    assert "edit" not in action
    resolved = editor.resolved(action)
    (change,) = resolved["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 1}
    assert applied(PLAIN, change["edits"]) == PLAIN.replace("experimental.", "")


def test_a_line_is_made_quiet(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    (finding,) = editor.found(uri)
    action = titled(editor.actions(uri, finding.range), "Suppress")
    quiet = applied(PLAIN, action["edit"]["changes"][uri])
    assert quiet == PLAIN.replace("AUTOTUNE", "AUTOTUNE  # noqa: KL504")
    editor.change(uri, quiet)
    assert editor.found(uri) == []


def test_the_page_is_opened(project, edit):
    editor = edit(capabilities=RESOLVING)
    uri = editor.open(project / "train.py", TRAIN)
    finding = next(each for each in editor.found(uri) if each.code == "KL108")
    action = titled(editor.actions(uri, finding.range), "Open the page of KL108")
    params = types.ExecuteCommandParams(action["command"]["command"], action["command"]["arguments"])
    editor.wait(editor.client.workspace_execute_command_async(params))
    (shown,) = editor.documents_shown
    assert shown == finding.code_description.href
    assert Path(shown.removeprefix("file://")).read_text().startswith("# random-before-cache (KL108)")


def test_a_client_that_opens_nothing_is_told_where_the_page_lies(project, edit):
    editor = edit()
    editor.wait(
        editor.client.workspace_execute_command_async(
            types.ExecuteCommandParams("keraslint.openPage", ["KL108"])
        )
    )
    editor.until(lambda: bool(editor.messages))
    assert editor.messages[0].endswith("KL108.md")


def test_a_fix_that_reaches_into_another_file(project, edit):
    editor = edit()
    loader = editor.open(project / "loader.py", LOADER)
    finding = next(each for each in editor.found(loader) if each.code == "KL504")
    action = titled(editor.actions(loader, finding.range), "Use")
    assert list(action["edit"]["changes"]) == [loader]
