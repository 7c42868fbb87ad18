"""What ``check`` does beside printing findings in a format."""

import json
import re

import pytest

from keraslint import linter


def findings(result) -> list[tuple[str, str]]:
    return [(finding["filename"], finding["code"]) for finding in json.loads(result.stdout)]


def test_an_exception_in_a_rule_is_our_mistake_and_hides_nothing(check, write):
    write(
        "train.py",
        "import keras\nm = keras.Sequential([])\nm.fit(x, verbose=0)\nm.fit(y, shuffle='twice', verbose=0)\n",
    )
    result = check("--extend-select", "ACME900", "--output-format", "concise")
    assert (
        re.sub(r"failing.py:\d+", "failing.py:N", result.stdout)
        == """\
train.py:1:1: KL003 keraslint 0.1.0 failed at ACME900 failing: ValueError: two are too many \
(failing.py:N); please report this line with the code
train.py:3:3: ACME900 found one
train.py:4:3: ACME002 [*] nothing is shuffled twice
Found 2 errors and 1 warning in 1 file.
[*] 1 fixable with `--fix`.
"""
    )
    assert result.exit_code == 1


def test_an_exception_in_the_evaluator_costs_no_other_file(check, write, monkeypatch):
    real = linter.analyse

    def analyse(modules, *rest):
        if "b.py" in modules:
            raise RecursionError("too deep")
        return real(modules, *rest)

    monkeypatch.setattr(linter, "analyse", analyse)
    for name, text in {"a.py": "import b, keras", "b.py": "import keras", "c.py": "import keras"}.items():
        write(name, f"{text}\nkeras.Sequential([]).fit(x, shuffle='twice')\n")
    assert findings(check("--output-format", "json", "--min-severity", "error")) == [
        ("a.py", "KL003"),
        ("a.py", "ACME002"),
        ("b.py", "KL003"),
        ("c.py", "ACME002"),
    ]


def test_in_tests_only_errors_count(check, write):
    for name in (
        "train.py",
        "tests/train.py",
        "test_train.py",
        "train_test.py",
        "conftest.py",
        "latest/train.py",
    ):
        write(name)
    expected = {"ACME001", "ACME002", "ACME003"}
    found = findings(check("--output-format", "json"))
    assert {name for name, code in found if code == "ACME002"} == {
        "train.py", "tests/train.py", "test_train.py", "train_test.py", "conftest.py", "latest/train.py"
    }  # fmt: skip
    assert set(found) - {(name, "ACME002") for name, _ in found} == {
        (name, code) for name in ("train.py", "latest/train.py") for code in expected - {"ACME002"}
    }


def test_a_project_below_a_folder_named_tests_is_no_test(check, write, monkeypatch):
    path = write("tests/project/train.py")
    monkeypatch.chdir(path.parent)
    assert len(findings(check("--output-format", "json"))) == 3


def test_unused_suppressions_on_request(check, write):
    write(
        "train.py",
        """\
        import keras  # noqa

        model = keras.Sequential([])
        model.fit(x, shuffle="twice", verbose=0)  # keraslint: ignore[shuffled-twice, long-training, no-such-rule]
        model.fit(y, verbose=0)  # keraslint: ignore
        """,
    )
    assert check("--output-format", "concise").stdout == "All is well in 1 file (1 suppressed).\n"
    result = check("--output-format", "concise", "--extend-select", "KL001")
    assert (
        result.stdout
        == """\
train.py:4:43: KL001 of `# keraslint: ignore[shuffled-twice, long-training, no-such-rule]`, long-training, no-such-rule \
silences nothing; remove that
train.py:5:26: KL001 `# keraslint: ignore` silences nothing; remove it
Found 2 warnings in 1 file (1 suppressed).
"""
    )
    assert result.exit_code == 1


def test_of_a_rule_that_did_not_run_nobody_says_that_its_suppression_is_unused(check, write):
    write("train.py", "import keras\nkeras.Sequential([])  # keraslint: ignore[long-training]\n")
    assert check("--select", "ACME002,KL001").exit_code == 0
    assert check("--select", "ACME001,KL001").exit_code == 1


@pytest.mark.parametrize(
    ("requirements", "arguments", "expected"),
    [
        ("", (), True),
        ("", ("--target-keras", "2"), False),
        ("tensorflow==2.12\n", (), False),
        ("tensorflow==2.12\n", ("--target-keras", "3"), True),
    ],
)
def test_rules_run_for_the_generations_that_they_are_for(check, write, requirements, arguments, expected):
    write("requirements.txt", requirements)
    write("src/train.py")
    found = findings(check("--output-format", "json", *arguments))
    assert (("src/train.py", "ACME002") in found) is expected


def test_settings_are_those_of_the_nearest_configuration(check, write):
    write("keraslint.toml", 'select = ["ACME001"]\n')
    write("a/train.py")
    write("b/train.py")
    write("b/keraslint.toml", 'select = ["ACME002"]\n')
    assert findings(check("--output-format", "json")) == [
        ("a/train.py", "ACME001"),
        ("b/train.py", "ACME002"),
    ]
    assert len(findings(check("--output-format", "json", "--isolated"))) == 6


def test_files_that_import_each_other_are_understood_together(check, write):
    write("src/build.py", "import keras\n\ndef build():\n    return keras.Sequential([])\n")
    write(
        "train.py",
        "import sys\nsys.path.append('src')\nfrom build import build\n\nbuild().fit(x, epochs=500)\n",
    )
    [finding] = json.loads(check("--output-format", "json", "--select", "ACME001").stdout)
    assert (finding["filename"], finding["confidence"]) == ("train.py", "high")
    assert [related["filename"] for related in finding["related"]] == ["src/build.py"]


def test_the_files_that_would_be_checked(check, write):
    write("b.py", "")
    write("a/c.py", "")
    write("venv/d.py", "")
    assert check("--show-files").stdout == "a/c.py\nb.py\n"


@pytest.mark.parametrize("fix", [[], ["--fix", "--unsafe-fixes"]])
def test_what_comes_out_does_not_depend_on_the_number_of_processes(check, write, fix):
    outputs = []
    for jobs in ("1", "2"):
        for index in range(7):
            write(f"train{index}.py")
            write(f"broken{index}.py", "import keras\nx = (\n")
        outputs.append(check("--jobs", jobs, "--no-cache", *fix).stdout)
    assert outputs[0].count("KL000") == 7
    assert outputs[0] == outputs[1]


def test_the_cache_changes_nothing(check, write, project):
    write("train.py")
    write("latin.py", "# coding: latin-1\nimport keras\n")
    first = check().stdout
    assert list(project.glob(".keraslint_cache/*/*/*"))
    assert check().stdout == first
    write("train.py", "import keras\n")
    assert check().stdout == "All is well in 2 files.\n"


def test_no_cache_where_none_is_wanted(check, write, project):
    write("train.py")
    check("--no-cache")
    assert not (project / ".keraslint_cache").exists()


def test_broken_rule_packs_are_named_and_the_others_run(check, write, acme, monkeypatch):
    from keraslint.catalogue import Catalogue
    from keraslint.cli import checking
    from keraslint.registry import Registry

    broken = Registry(acme.rules, ("rule pack `x`: broken",))
    monkeypatch.setattr(checking, "installed", lambda cache: Catalogue(broken))
    write("train.py")
    result = check("--output-format", "json")
    assert result.stderr == "warning: rule pack `x`: broken\n"
    assert len(findings(result)) == 3


def test_without_a_rule_nothing_is_well(check, write, monkeypatch):
    from keraslint.catalogue import Catalogue
    from keraslint.cli import checking
    from keraslint.registry import Registry

    broken = Registry((), ("rule pack `keraslint`: broken",))
    monkeypatch.setattr(checking, "installed", lambda cache: Catalogue(broken))
    write("train.py")
    result = check()
    assert result.exit_code == 2
    assert result.stderr == "error: no rule could be loaded: rule pack `keraslint`: broken\n"


def test_terminal_commands_in_a_file_do_not_reach_the_terminal(check, write):
    write("train.py", "import keras\nkeras.Sequential([]).fit(x, shuffle='twice', y='\x1b[2J\u202e')\n")
    out = check().stdout
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "y='\ufffd[2J\ufffd'" in out


def test_the_number_of_processes_from_the_environment(check, write, monkeypatch):
    write("train.py")
    monkeypatch.setenv("KERASLINT_JOBS", "none")
    assert check().exit_code == 2
    monkeypatch.setenv("KERASLINT_JOBS", "1")
    assert check().exit_code == 1
