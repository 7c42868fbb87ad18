def test_findings_with_their_source_related_places_and_fixes(check, write):
    write("train.py")
    result = check()
    assert result.exit_code == 1
    assert (
        result.stdout
        == """\
error[ACME002] [*] shuffled-twice: nothing is shuffled twice
 --> train.py:5:7
  |
5 | model.fit(x, y, epochs=500, shuffle="twice")
  |       ^^^
  |
  = fix: Remove `shuffle`

warning[ACME001] long-training: 500 epochs are many
 --> train.py:5:24
  |
3 | model = keras.Sequential([keras.layers.Dense(1)])
  |         ----------------------------------------- the model that is trained
4 | model.compile(loss="mse")
5 | model.fit(x, y, epochs=500, shuffle="twice")
  |                        ^^^
  |
  = help: stop early
  = unsafe fix: Train for 100 epochs (the model learns less)

info: good to know, fails no run
  train.py:5:7: ACME003 `fit` prints a progress bar

Found 1 error, 1 warning and 1 info in 1 file.
[*] 1 fixable with `--fix`, 1 more with `--fix --unsafe-fixes`.
"""
    )


def test_what_cannot_be_known_for_certain_says_so(check, write):
    write("train.py", "import keras\n\nmodel.fit(x, epochs=3, shuffle='twice', verbose=2)\n")
    assert (
        check().stdout
        == """\
error[ACME002] [*] shuffled-twice: nothing is shuffled twice
 --> train.py:3:7
  |
3 | model.fit(x, epochs=3, shuffle='twice', verbose=2)
  |       ^^^
  |
  = fix: Remove `shuffle`
  = confidence: medium; it rests on one branch, or on something that cannot be seen from here

Found 1 error in 1 file.
[*] 1 fixable with `--fix`.
"""
    )


def test_nothing_found(check, write):
    write("train.py", "import keras\n")
    write("data.py", "x = 1\n")
    result = check()
    assert result.stdout == "All is well in 2 files.\n"
    assert result.exit_code == 0


def test_advice_alone_fails_no_run(check, write):
    write("train.py", "import keras\n\nkeras.Sequential([]).fit(x)\n")
    result = check()
    assert result.exit_code == 0
    assert (
        result.stdout
        == """\
info: good to know, fails no run
  train.py:3:22: ACME003 `fit` prints a progress bar

Found 1 info in 1 file.
"""
    )


def test_quiet(check, write):
    write("train.py", "import keras\n\nkeras.Sequential([]).fit(x)\n")
    assert (
        check("--quiet").stdout
        == """\
info: good to know, fails no run
  train.py:3:22: ACME003 `fit` prints a progress bar

"""
    )


def test_the_summary_counts_what_it_hides(check, write):
    write(
        "train.py",
        """\
        import keras

        model = keras.Sequential([])
        model.fit(x, shuffle="twice")  # noqa: E501, shuffled-twice
        model.fit(  # keraslint: ignore[chatty-fit]
            x,
            epochs=500,  # noqa
        )
        """,
    )
    write("old.py", "import keras\n\nkeras.Sequential([]).fit(x, epochs=101)\n")
    write("keraslint.toml", 'per-file-ignores = {"old.py" = ["ACME001"]}\n')
    assert check("--min-severity=warning").stdout == (
        "All is well in 2 files (3 suppressed, 1 ignored for their file, 2 below the minimum).\n"
    )


def test_cells_of_a_notebook_are_named(check, write):
    write(
        "train.ipynb",
        """\
        {"cells": [
          {"cell_type": "markdown", "metadata": {}, "source": ["Training"]},
          {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
           "source": ["import keras\\n", "model = keras.Sequential([])"]},
          {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
           "source": ["%time\\n", "model.fit(x, epochs=500, verbose=2)"]}
        ], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        """,
    )
    assert (
        check().stdout
        == """\
warning[ACME001] long-training: 500 epochs are many
 --> train.ipynb:cell 3:2:21
  |
2 | model.fit(x, epochs=500, verbose=2)
  |                     ^^^
  |
 ::: train.ipynb:cell 2:2:9
  |
2 | model = keras.Sequential([])
  |         -------------------- the model that is trained
  |
  = help: stop early
  = unsafe fix: Train for 100 epochs (the model learns less)

Found 1 warning in 1 file.
[*] 1 fixable with `--fix --unsafe-fixes`.
"""
    )


def test_what_is_said_of_several_places_is_said_once(check, write):
    for name in ("a.py", "b.py"):
        write(name, "import keras\nkeras.Sequential([]).fit(x)\n")
    assert (
        check("--quiet").stdout
        == """\
info: good to know, fails no run
  ACME003 `fit` prints a progress bar
    a.py:2:22
    b.py:2:22

"""
    )


def test_of_many_places_the_first_are_named(check, write):
    write("train.py", "import keras\nm = keras.Sequential([])\n" + "m.fit(x)\n" * 12)
    lines = check("--quiet").stdout.splitlines()
    assert lines[2:4] == ["    train.py:3:3", "    train.py:4:3"]
    assert lines[11:] == [
        "    train.py:12:3",
        "    and 2 more places (`--output-format concise` names each)",
        "",
    ]


def test_of_many_findings_it_says_how_to_rank_them(check, write):
    write("train.py", "import keras\nm = keras.Sequential([])\n" + "m.fit(x, epochs=500)\n" * 60)
    assert "\n`--statistics` ranks these by what to change first.\n" in check("--select", "ACME001").stdout
