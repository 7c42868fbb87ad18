import pickle
from pathlib import Path

import pytest

from keraslint.config import KEYS
from keraslint.config import ConfigError
from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.config import load


def write(folder: Path, text: str, name: str = "keraslint.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def loaded(folder: Path, text: str, **flags: object) -> Settings:
    overrides = {key.replace("_", "-"): value for key, value in flags.items()}
    return load(write(folder, text), overrides, folder)


def refusal(folder: Path, text: str, name: str = "keraslint.toml") -> str:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text, name), {}, folder)
    message = str(caught.value)
    assert "\n" not in message
    return message.replace(f"{folder.as_posix()}/", "")


def test_every_key_is_a_setting(tmp_path):
    settings = load(None, {}, tmp_path)
    assert all(hasattr(settings, key.replace("-", "_")) for key in KEYS)
    assert {settings.origin(key) for key in KEYS} == {"default"}


def test_every_key_is_read_and_remembers_where_it_was_set(tmp_path):
    settings = loaded(
        tmp_path,
        """\
select = ["KL1"]
ignore = ["KL102"]
extend-select = ["missing-regularization"]
fixable = ["KL501"]
unfixable = ["KL103"]
extend-safe-fixes = ["KL203"]
extend-unsafe-fixes = ["KL102"]
exclude = ["old"]
extend-exclude = ["vendor"]
force-exclude = true
include = ["*.py"]
respect-gitignore = false
src = ["lib"]
target-keras = 2
target-tensorflow = "2.4"
backend = "tensorflow"
devices = 4
min-severity = "warning"
min-confidence = "high"
output-format = "json"
no-cache = true
cache-dir = "cache"
baseline = "known.json"

[per-file-ignores]
"tests/*" = ["KL2"]
""",
    )
    assert settings.select == ("KL1",)
    assert settings.target_tensorflow == (2, 4)
    assert settings.devices == 4
    assert settings.per_file_ignores == (("tests/*", ("KL2",)),)
    assert settings.root == tmp_path
    assert settings.origin("select").endswith("keraslint.toml:1")
    assert settings.origin("per-file-ignores").endswith("keraslint.toml:25")
    assert "default" not in {settings.origin(key) for key in KEYS}


def test_flags_win_over_the_file(tmp_path):
    settings = loaded(
        tmp_path, 'target-keras = 2\ndevices = 1\nselect = ["KL1"]', target_keras=3, backend=None
    )
    assert (settings.target_keras, settings.devices) == (3, 1)
    assert settings.origin("target-keras") == "command line"
    assert settings.origin("backend") == "default"


def test_ignoring_on_the_command_line_adds_and_selecting_begins_anew(tmp_path):
    text = 'select = ["KL1"]\nignore = ["KL102"]\nextend-select = ["KL305"]\nextend-exclude = ["a"]'
    added = loaded(tmp_path, text, ignore=["KL103"], extend_exclude=["b"])
    assert (added.select, added.ignore) == (("KL1",), ("KL102", "KL103"))
    assert (added.extend_select, added.extend_exclude) == (("KL305",), ("a", "b"))
    anew = loaded(tmp_path, text, select=["KL102"])
    assert (anew.select, anew.ignore, anew.extend_select) == (("KL102",), (), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\nselct = ["KL1"]', "keraslint.toml:2: `selct` is no known key; did you mean `select`?"),
        (
            "target_keras = 3",
            "keraslint.toml:1: `target_keras` is no known key; did you mean `target-keras`?",
        ),
        ("zzz = 1", "keraslint.toml:1: `zzz` is no known key"),
        ('select = "KL1"', 'keraslint.toml:1: `select` must be a list of strings, not "KL1"'),
        ("select = [1]", "keraslint.toml:1: `select` must be a list of strings, not a list"),
        ("target-keras = 4", "keraslint.toml:1: `target-keras` must be 2 or 3, not 4"),
        ("target-keras = true", "keraslint.toml:1: `target-keras` must be 2 or 3, not true"),
        (
            "target-tensorflow = 2.10",
            'keraslint.toml:1: `target-tensorflow` must be a version in quotes, such as "2.15", not 2.1',
        ),
        (
            'backend = "tensorlow"',
            (
                "keraslint.toml:1: `backend` must be one of tensorflow, jax, torch, not "
                '"tensorlow"; did you mean `tensorflow`?'
            ),
        ),
        ("devices = 0", "keraslint.toml:1: `devices` must be a whole number from 1, not 0"),
        ("force-exclude = 1", "keraslint.toml:1: `force-exclude` must be true or false, not 1"),
        (
            "per-file-ignores = []",
            (
                "keraslint.toml:1: `per-file-ignores` must be a table of lists,"
                ' such as {"tests/*" = ["KL202"]}, not a list'
            ),
        ),
        ("extend = 1", "keraslint.toml:1: `extend` must be a string"),
        ('extend = "gone.toml"', "gone.toml: no such configuration file"),
        (
            'extend = "keraslint.toml"',
            "keraslint.toml: `extend` leads back to this file; remove one of the links",
        ),
    ],
)
def test_mistakes_are_named_with_line_and_mend(tmp_path, text, message):
    assert refusal(tmp_path, text) == message


def test_broken_toml_says_where(tmp_path):
    assert refusal(tmp_path, "select = [").startswith("keraslint.toml: not TOML: ")
    assert "line 2" in refusal(tmp_path, "devices = 1\nselect = ?\n")


def test_a_configuration_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "keraslint.toml"
    path.write_bytes(b"# \xff")
    with pytest.raises(ConfigError, match="not UTF-8 at byte 2"):
        load(path, {}, tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"gone\.toml: no such configuration file"):
        load(tmp_path / "gone.toml", {}, tmp_path)


def test_flags_are_checked_like_keys(tmp_path):
    with pytest.raises(ConfigError, match="`--target-tensorflow` must be a version"):
        load(None, {"target-tensorflow": "two"}, tmp_path)


def test_in_pyproject_only_the_table_of_keraslint_counts(tmp_path):
    text = '[project]\nname = "x"\nselect = 1\n\n[tool.keraslint]\ntarget-keras = 2\n'
    settings = load(write(tmp_path, text, "pyproject.toml"), {}, tmp_path)
    assert settings.target_keras == 2
    assert settings.origin("target-keras").endswith("pyproject.toml:6")
    assert refusal(tmp_path, "[tool]\nkeraslint = 3", "pyproject.toml") == (
        "pyproject.toml: `tool.keraslint` must be a table"
    )


def test_the_line_of_a_key_is_looked_for_in_our_table(tmp_path):
    text = '[tool.ruff]\nselect = ["E"]\n\n[tool.keraslint]\nselect = 1\n'
    assert refusal(tmp_path, text, "pyproject.toml").startswith("pyproject.toml:5: `select` must be")


def test_extended_files_lie_below_and_their_patterns_stay_theirs(tmp_path):
    write(tmp_path, 'devices = 2\nignore = ["KL1"]\nexclude = ["gen/*", "old"]\nsrc = ["lib"]\n', "base.toml")
    child = write(tmp_path / "app", 'extend = "../base.toml"\ndevices = 8\nignore = ["KL2"]\n')
    settings = load(child, {}, tmp_path)
    assert settings.devices == 8
    assert settings.ignore == ("KL1", "KL2")
    assert settings.exclude == (f"{tmp_path.as_posix()}/gen/*", "old")
    assert settings.src == (f"{tmp_path.as_posix()}/lib",)


def test_the_nearest_configuration_decides(tmp_path):
    write(tmp_path, "[tool.keraslint]\ndevices = 1\n", "pyproject.toml")
    write(tmp_path / "a", "devices = 2\n")
    write(tmp_path / "a" / "b", "[tool.other]\n", "pyproject.toml")
    write(tmp_path / "a" / "c", "devices = 3\n")
    write(tmp_path / "a" / "c", "devices = 4\n", ".keraslint.toml")
    (tmp_path / "d").mkdir()
    configurations = Configurations(tmp_path)
    devices = {
        name: configurations.for_folder(tmp_path / name).devices for name in ("", "a", "a/b", "a/c", "d")
    }
    assert devices == {"": 1, "a": 2, "a/b": 2, "a/c": 4, "d": 1}


def test_an_explicit_file_holds_everywhere_and_isolation_nowhere(tmp_path):
    write(tmp_path / "a", "devices = 2\n")
    chosen = write(tmp_path, 'devices = 7\nexclude = ["x/*"]\n', "other.toml")
    explicit = Configurations(tmp_path, explicit=chosen).for_folder(tmp_path / "a")
    assert (explicit.devices, explicit.root) == (7, tmp_path)
    isolated = Configurations(tmp_path, {"backend": "jax"}, isolated=True).for_folder(tmp_path / "a")
    assert (isolated.devices, isolated.backend) == (None, "jax")


def test_settings_cross_processes(tmp_path):
    settings = loaded(tmp_path, "devices = 2")
    copy = pickle.loads(pickle.dumps(settings))
    assert copy == settings
    assert copy.origin("devices") == settings.origin("devices")
