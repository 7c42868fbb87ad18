def test_each_setting_with_where_it_comes_from(keraslint_cli, write):
    write("requirements.txt", "numpy\ntensorflow==2.12.1\n")
    write("pyproject.toml", '[tool.keraslint]\nignore = ["KL202"]\nper-file-ignores = {"a/*" = ["KL1"]}\n')
    write("src/train.py", "import keras\n")
    result = keraslint_cli("config", "src/train.py", "--min-severity", "warning")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:5] == [
        "# Settings for `src/train.py`, and where each comes from.",
        "# Configuration file: pyproject.toml.",
        "target-keras = 2  # requirements.txt:2 (tensorflow==2.12.1)",
        'target-tensorflow = "2.12"  # requirements.txt:2 (tensorflow==2.12.1)',
        'backend = "tensorflow"  # default',
    ]
    assert "# select: the rules that are on by default (default)" in lines
    assert 'ignore = ["KL202"]  # pyproject.toml:2' in lines
    assert 'per-file-ignores = {"a/*" = ["KL1"]}  # pyproject.toml:3' in lines
    assert 'min-severity = "warning"  # command line' in lines


def test_nothing_set(keraslint_cli, project):
    lines = keraslint_cli("config").stdout.splitlines()
    assert lines[:5] == [
        "# Settings for `.`, and where each comes from.",
        "# Configuration file: none.",
        "target-keras = 3  # default",
        "# target-tensorflow: the current version (default)",
        'backend = "tensorflow"  # default',
    ]


def test_what_the_code_says_of_its_backend(keraslint_cli, write):
    write("train.py", 'import os\nos.environ["KERAS_BACKEND"] = "jax"\nimport keras\n')
    assert 'backend = "jax"  # train.py:2 (KERAS_BACKEND)' in keraslint_cli("config", "train.py").stdout


def test_check_shows_the_same(keraslint_cli, write):
    write("train.py", "import keras\n")
    shown = keraslint_cli("check", "train.py", "--show-settings", "--target-keras", "2").stdout
    assert shown == keraslint_cli("config", "train.py", "--target-keras", "2").stdout
    assert "target-keras = 2  # command line\n" in shown


def test_a_path_that_does_not_exist(keraslint_cli):
    result = keraslint_cli("config", "nowhere.py")
    assert (result.stderr, result.exit_code) == ("error: nowhere.py: no such file or folder\n", 2)
