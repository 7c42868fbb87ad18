SCRIPT = """\
import keras

model = keras.Sequential([])
print(f"{model.fit(x, epochs=500, verbose=2)}")
model.fit(x)
"""


def test_advice_is_shown_in_full_and_what_has_no_fix_says_why(check, write):
    write("train.py", SCRIPT)
    assert (
        check("--verbose").stdout
        == """\
warning[ACME001] long-training: 500 epochs are many
 --> train.py:4:30
  |
3 | model = keras.Sequential([])
  |         -------------------- the model that is trained
4 | print(f"{model.fit(x, epochs=500, verbose=2)}")
  |                              ^^^
  |
  = help: stop early
  = no fix: quotes and lines inside an f-string depend on the version of Python

info[ACME003] chatty-fit: `fit` prints a progress bar
 --> train.py:5:7
  |
5 | model.fit(x)
  |       ^^^
  |
  = fix: Print a line an epoch
  = not applied: of severity info: it is fixed where its rule is named, as in `--extend-select ACME003`

Found 1 warning and 1 info in 1 file.
"""
    )


def test_a_rule_whose_fixes_are_not_wanted_says_so(check, write):
    write(
        "train.py", "import keras\n\nmodel = keras.Sequential([])\nmodel.fit(x, shuffle='twice', verbose=2)\n"
    )
    assert "= not applied: the settings `fixable` and `unfixable` leave this rule out" in (
        check("--verbose", "--unfixable", "ACME002").stdout
    )
