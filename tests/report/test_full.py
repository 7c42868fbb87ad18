from dataclasses import replace

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Edit
from keraslint.diagnostic import Evidence
from keraslint.diagnostic import Location
from keraslint.diagnostic import ResolvedFix
from keraslint.diagnostic import Severity

LONG = "dataset = dataset.shuffle(10_000, reshuffle_each_iteration=True).map(scale).batch(32).prefetch(2)\n"


def test_tabs_and_wide_characters_do_not_shift_the_carets(render, diagnostic):
    text = "if x:\n\tpath, ds = '日本語', ds.map(scale)  # é\n"
    assert (
        render(text, diagnostic(2, 23, 33))
        == """\
warning[KL106] map-before-batch: `scale` runs once for each element
 --> train.py:2:23
  |
2 |     path, ds = '日本語', ds.map(scale)  # é
  |                             ^^^^^^^^^^

"""
    )


def test_of_a_stretch_of_several_lines_the_first_is_underlined(render, diagnostic):
    text = "for row in rows:\n    for x in row:   \n        f(x)\n"
    assert (
        render(text, diagnostic(2, 5, 13, end_row=3))
        == """\
warning[KL106] map-before-batch: `scale` runs once for each element
 --> train.py:2:5
  |
2 |     for x in row:
  |     ^^^^^^^^^^^^^

"""
    )


def test_related_places_near_and_far_and_elsewhere(render, diagnostic, related):
    texts = {"train.py": "a = 1\nb = 2\nc = 3\n\n\n\n\n\n\nd = f(a, c)\n", "lib.py": "def f(): pass\n"}
    found = diagnostic(
        3,
        1,
        2,
        related=(
            related(10, 7, 8, "first"),
            related(10, 10, 11, "second"),
            related(1, 1, 2, "the start"),
            related(1, 5, 6, "the function", "lib.py"),
            related(1, 1, 2, "out of sight", "unread.py"),
        ),
    )
    assert (
        render(texts, found)
        == """\
warning[KL106] map-before-batch: `scale` runs once for each element
  --> train.py:3:1
   |
 1 | a = 1
   | - the start
 2 | b = 2
 3 | c = 3
   | ^
...
10 | d = f(a, c)
   |       -  - second
   |       first
   |
  ::: lib.py:1:5
   |
 1 | def f(): pass
   |     - the function
   |
  ::: unread.py:1:1

"""
    )


def test_what_was_measured_and_what_may_be_done(render, diagnostic):
    found = diagnostic(
        1,
        1,
        2,
        help="think first",
        fix=ResolvedFix("Move it", Applicability.DISPLAY, ()),
        evidence=Evidence(7.06, (6.512, 7.8), "cpu-2core", "confirmed", "time", "TF 2.21"),
    )
    refuted = diagnostic(
        1,
        1,
        2,
        evidence=Evidence(1.0, (0.98, 1.02), "gpu-nvidia-a100-x1", "no effect", "memory", is_own=True),
    )
    assert (
        render("x\n", found, refuted)
        == """\
warning[KL106] map-before-batch: `scale` runs once for each element
 --> train.py:1:1
  |
1 | x
  | ^
  |
  = help: think first
  = suggestion: Move it
  = measured: 7.1x [6.5, 7.8] on a 2-core CPU, TF 2.21

warning[KL106] map-before-batch: `scale` runs once for each element
 --> train.py:1:1
  |
1 | x
  | ^
  |
  = measured: no effect (1.00x the memory [0.98, 1.02]) on your NVIDIA A100

"""
    )


def test_advice_comes_last_a_line_each(render, diagnostic):
    advice = diagnostic(1, 1, 2, severity=Severity.INFO, code="KL202", message="one accelerator")
    assert (
        render("x\n", advice, diagnostic(1, 1, 2))
        == """\
warning[KL106] map-before-batch: `scale` runs once for each element
 --> train.py:1:1
  |
1 | x
  | ^

info: good to know, fails no run
  train.py:1:1: KL202 one accelerator

"""
    )


def test_a_narrow_terminal(render, diagnostic, related):
    message = "`scale` runs once for each of the 60,000 elements; after `batch` it would run 1,875 times"
    found = diagnostic(
        1, 66, 76, message=message, related=(related(2, 1, 10, "trains from this dataset"),), help=message
    )
    out = render(LONG + "model.fit(dataset)\n", found, width=40)
    assert (
        out
        == """\
warning[KL106] map-before-batch: `scale`
  runs once for each of the 60,000
  elements; after `batch` it would run
  1,875 times
 --> train.py:1:66
  |
1 | …n=True).map(scale).batch(32).prefe…
  |          ^^^^^^^^^^
2 | model.fit(dataset)
  | --------- trains from this dataset
  |
  = help: `scale` runs once for each of
          the 60,000 elements; after
          `batch` it would run 1,875
          times

"""
    )
    assert max(map(len, out.splitlines())) <= 40


def test_a_label_that_does_not_fit_goes_below(render, diagnostic, related):
    found = diagnostic(1, 1, 8, related=(related(1, 19, 26, "waits for the first ten thousand"),))
    assert (
        render(LONG, found, width=44)
        == """\
warning[KL106] map-before-batch: `scale`
  runs once for each element
 --> train.py:1:1
  |
1 | dataset = dataset.shuffle(10_000, reshu…
  | ^^^^^^^           -------
  | waits for the first ten thousand

"""
    )


def test_a_line_without_end_is_cut_even_where_there_is_no_terminal(render, diagnostic):
    out = render("x = [" + "1, " * 5000 + "]\n", diagnostic(1, 9003, 9004))
    assert max(map(len, out.splitlines())) <= 165
    code, carets = out.splitlines()[3:5]
    assert code[carets.index("^")] == "1"


def test_colors(render, diagnostic):
    error = diagnostic(1, 1, 2, severity=Severity.ERROR)
    assert render("x\n", error, color=True).splitlines()[:5] == [
        "\x1b[1;31merror[KL106]\x1b[0m\x1b[1m map-before-batch: `scale` runs once for each element\x1b[0m",
        " \x1b[1;94m-->\x1b[0m train.py:1:1",
        "\x1b[1;94m  |\x1b[0m",
        "\x1b[1;94m1 | \x1b[0mx",
        "\x1b[1;94m  | \x1b[0m\x1b[1;31m^\x1b[0m",
    ]


def test_a_place_beyond_the_end_of_a_file_is_still_named(render, diagnostic):
    assert (
        render("", diagnostic(7, 3, 4))
        == """\
warning[KL106] map-before-batch: `scale` runs once for each element
 --> train.py:7:3

"""
    )


def test_a_suggestion_is_shown_as_code(render, diagnostic):
    texts = {
        "train.py": "import numpy as np\n\nx = y / 255\nz = f(x)\n\nw = np.ones(3)\n",
        "lib.py": "a = 1\n",
    }
    edits = (
        Edit("lib.py", "2", Location(1, 5), Location(1, 6)),
        Edit("train.py", '.astype("float32")', Location(3, 6), Location(3, 6)),
        Edit("train.py", ', "float32"', Location(6, 14), Location(6, 14)),
    )
    fix = ResolvedFix("Divide in float32", Applicability.DISPLAY, edits)
    assert (
        render(texts, diagnostic(3, 5, 6, fix=fix))
        == """\
warning[KL106] map-before-batch: `scale` runs once for each element
 --> train.py:3:5
  |
3 | x = y / 255
  |     ^
  |
  = suggestion: Divide in float32
  |
3 | - x = y / 255
  | + x = y.astype("float32") / 255
...
6 | - w = np.ones(3)
  | + w = np.ones(3, "float32")
 ::: lib.py
  |
1 | - a = 1
  | + a = 2

"""
    )


def test_notes_keep_to_a_narrow_terminal(render, diagnostic):
    helped = diagnostic(1, 1, 2, help="prepare the samples once, in `__init__` or on disk, or move the work")
    fix = ResolvedFix(
        "Prepare `self.photos` once, in `__init__`", Applicability.UNSAFE, (), "the whole set stays"
    )
    for width in (32, 40, 60):
        lines = render("x\n", replace(helped, fix=fix), width=width).splitlines()
        assert max(map(len, lines)) <= width
        assert " ".join(" ".join(lines).split()).endswith(
            "= unsafe fix: Prepare `self.photos` once, in `__init__` (the whole set stays)"
        )
