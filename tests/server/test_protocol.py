"""What is agreed on with the client: how columns are counted, who asks for diagnostics, who speaks of settings."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from editor import CALM_LOADER
from editor import LOADER
from editor import PLAIN
from editor import PULLING
from editor import TRAIN
from lsprotocol import types

FIXTURES = Path(__file__).parents[2] / "fixtures"
WIDE = 'import tensorflow as tf; face = "\U0001f600\u00e9"; tuned = tf.data.experimental.AUTOTUNE\n'
Encoding = types.PositionEncodingKind


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 71), ("utf-16", 68), ("utf-32", 67)])
def test_columns_are_counted_as_agreed(project, edit, encoding, column):
    general = types.GeneralClientCapabilities(position_encodings=[Encoding(encoding)])
    editor = edit(capabilities=types.ClientCapabilities(general=general))
    assert editor.greeting.capabilities.position_encoding == encoding
    uri = editor.open(project / "tune.py", WIDE)
    (finding,) = editor.found(uri)
    assert finding.range.end.character == column + len("AUTOTUNE")
    start = types.Position(0, column - len("experimental."))
    place = types.Range(start, types.Position(0, column))
    editor.change(uri, types.TextDocumentContentChangePartial(place, ""))
    assert editor.found(uri) == []


def test_a_client_that_asks_for_diagnostics_is_sent_none(project, edit):
    editor = edit(capabilities=PULLING)
    assert editor.greeting.capabilities.diagnostic_provider.inter_file_dependencies
    uri = editor.open(project / "train.py", TRAIN)
    report = editor.pulled(uri)
    assert report.kind == "full"
    assert "KL108" in [each.code for each in report.items]
    assert editor.pulled(uri, report.result_id).kind == "unchanged"
    editor.change(uri, "")
    assert list(editor.pulled(uri, report.result_id).items) == []
    assert editor.diagnostics == {}


def test_a_client_that_asks_is_told_when_another_file_changes_things(project, edit):
    editor = edit(capabilities=PULLING)
    train = editor.open(project / "train.py", TRAIN)
    loader = editor.open(project / "loader.py", LOADER)
    first = editor.pulled(train)
    before = editor.refreshes
    editor.change(loader, CALM_LOADER)
    editor.until(lambda: editor.refreshes > before)
    report = editor.pulled(train, first.result_id)
    assert "KL108" not in [each.code for each in report.items]


def test_a_client_that_does_not_ask_is_not_offered_it(edit):
    assert edit().greeting.capabilities.diagnostic_provider is None


@pytest.mark.parametrize("name", ["missing-prefetch", "oversized-conv", "predict-in-loop"])
def test_the_server_says_what_check_says(project, edit, name):
    text = (FIXTURES / name / "bad.py").read_text()
    (project / "bad.py").write_text(text)
    command = [sys.executable, "-m", "keraslint", "check", "--output-format", "json", "bad.py"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    checked = [
        (each["code"], each["message"], each["location"]["row"], each["location"]["column"])
        for each in json.loads(done.stdout)
    ]
    assert checked
    editor = edit()
    found = editor.found(editor.open(project / "bad.py", text))
    assert checked == [
        (
            each.code,
            each.message.splitlines()[0],
            each.range.start.line + 1,
            each.range.start.character + 1,
        )
        for each in found
    ]


def test_settings_come_with_the_greeting_and_change_later(project, edit):
    editor = edit(initialization_options={"ignore": ["KL504"]})
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.found(uri) == []
    editor.ask_for("KL504")
    editor.says(uri, "KL504")


def test_settings_are_asked_for_by_folder(tmp_path, edit):
    folders = [tmp_path / name for name in ("loud", "quiet")]
    for folder in folders:
        folder.mkdir()
        (folder / "keraslint.toml").write_text("")
    workspace = types.WorkspaceClientCapabilities(configuration=True)
    editor = edit(*folders, capabilities=types.ClientCapabilities(workspace=workspace))
    editor.settings[folders[1].as_uri()] = {"ignore": ["KL504"]}
    editor.tell(editor.client.workspace_did_change_configuration, types.DidChangeConfigurationParams(None))
    loud, quiet = (editor.open(folder / "tune.py", PLAIN) for folder in folders)
    editor.says(loud, "KL504")
    editor.says(quiet)


def test_a_setting_that_cannot_be_is_told_and_the_last_good_ones_hold(project, edit):
    editor = edit(initialization_options={"ignore": ["KL504"]})
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.found(uri) == []
    params = types.DidChangeConfigurationParams({"keraslint": {"ignore": "KL504"}})
    editor.tell(editor.client.workspace_did_change_configuration, params)
    editor.until(lambda: bool(editor.messages))
    assert editor.messages == [
        '`keraslint.ignore` must be a list of strings, not "KL504"; the settings from before stay in force'
    ]
    editor.change(uri, PLAIN + "\n")
    assert editor.found(uri) == []


def test_a_configuration_file_that_is_being_written(project, edit):
    config = project / "keraslint.toml"
    config.write_text('ignore = ["KL504"]\n')
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.found(uri) == []
    changed = types.DidChangeWatchedFilesParams(
        [types.FileEvent(config.as_uri(), types.FileChangeType.Changed)]
    )
    for text in ('ignore = ["KL50', 'ignore = ["KL5O4"]\n'):
        config.write_text(text)
        number = len(editor.messages)
        editor.tell(editor.client.workspace_did_change_watched_files, changed)
        editor.until(lambda number=number: len(editor.messages) > number)
        editor.change(uri, PLAIN + "\n")
        assert editor.found(uri) == []
    assert "keraslint.toml: not TOML" in editor.messages[0]
    assert "did you mean `KL504`?" in editor.messages[1]
    config.write_text("")
    editor.tell(editor.client.workspace_did_change_watched_files, changed)
    editor.says(uri, "KL504")
