import dataclasses

import pytest

from keraslint.verify.measurement import Equality
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Verdict
from keraslint.verify.own.measuring import NothingToMeasureError
from keraslint.verify.own.words import advice
from keraslint.verify.own.words import profile
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Run

PARALLEL = "map(augment, num_parallel_calls=tf.data.AUTOTUNE)"
PREFETCH = ".prefetch("
STRATEGY = "strategy.scope()"


def by_code(measured):
    return {candidate.finding.code: found for candidate, found in measured.alone.items()}


def test_each_fix_has_a_figure_of_its_own_and_all_of_them_one(machine, measuring):
    measured = measuring(machine({PARALLEL: 2.0})).measure()
    alone = by_code(measured)
    assert alone["KL103"].verdict is Verdict.CONFIRMED
    assert alone["KL103"].ratio.value == pytest.approx(2.0, rel=0.02)
    assert alone["KL102"].verdict is Verdict.NO_EFFECT
    assert measured.together.ratio.value == pytest.approx(2.0, rel=0.02)
    assert all(found.pairs >= 6 for found in alone.values())


def test_fixes_are_those_of_the_files_that_the_script_loads(machine, measuring, project):
    made = machine({})
    measured = measuring(made).measure()
    assert {each.finding.filename for each in measured.alone} >= {"data.py", "train.py"}
    texts = [
        texts["data.py"] for texts in made.texts if texts["data.py"] != (project / "data.py").read_text()
    ]
    assert any(PARALLEL in text and PREFETCH not in text for text in texts)
    assert any(PREFETCH in text and PARALLEL not in text for text in texts)
    assert any(PREFETCH in text and PARALLEL in text for text in texts)


def test_a_file_that_is_not_loaded_is_not_touched(machine, measuring, project):
    made = machine({})
    original = made.execute
    made.execute = lambda request: dataclasses.replace(
        original(request),
        sources=tuple(str(request.program.folder / name) for name in ("train.py", "data.py")),
    )
    measuring(made).measure()
    assert {texts["unused.py"] for texts in made.texts} == {(project / "unused.py").read_text()}


def test_the_advice_names_what_helps_what_does_not_and_the_command(machine, measuring):
    measured = measuring(machine({PARALLEL: 2.1, STRATEGY: 0.5})).measure()
    told = list(advice(measured.alone, measured.together))
    assert told[0].startswith("KL103 (data.py:10) brings 2.1x [")
    assert told[1] == "KL103 (data.py:10) changes results: each element gets another random draw than before."
    assert "KL102 (data.py:10) brings nothing here: leave it." in told
    assert "KL202 (train.py:8) makes it slower here: leave it." in told
    assert told[-1] == "Apply it: keraslint check --select KL103 --fix --unsafe-fixes data.py"


def test_where_nothing_helps_it_says_so(machine, measuring):
    measured = measuring(machine({})).measure()
    assert len(measured.alone) == 3
    (told,) = advice(measured.alone, measured.together)
    assert told == "Nothing here is worth changing: none of the 3 fixes makes the script faster."
    alone = dict(list(measured.alone.items())[:1])
    (told,) = advice(alone, None)
    assert told == "Nothing here is worth changing: the fix does not make the script faster."


def test_a_fix_that_can_bring_nothing_need_not_be_decided(machine, measuring):
    measured = measuring(machine({})).measure()
    candidate, found = next(iter(measured.alone.items()))

    def told(low, high, pairs=6):
        ratio = Ratio((low * high) ** 0.5, low, high)
        changed = dataclasses.replace(found, verdict=Verdict.INCONCLUSIVE, ratio=ratio, pairs=pairs)
        return next(iter(advice({candidate: changed}, None)))

    assert told(0.8, 1.04).startswith("Nothing here is worth changing")
    assert "is undecided" in told(0.8, 1.04, pairs=4)
    assert "is undecided" in told(0.8, 1.2)


def test_a_budget_that_was_too_short_decides_nothing_and_says_what_is_enough(machine, measuring):
    measured = measuring(machine({PARALLEL: 2.0}), budget=160.0).measure()
    assert {found.verdict for found in by_code(measured).values()} == {Verdict.INCONCLUSIVE}
    told = list(advice(measured.alone, measured.together, measured.needed))
    (undecided,) = (each for each in told if each.startswith("KL103 (data.py:10) is undecided: "))
    assert undecided.endswith("] in 2 pairs of runs.")
    assert told[-1].startswith("A verdict takes 6 pairs, for which `--budget ")
    budget = float(told[-1].split("`")[1].removeprefix("--budget ").removesuffix("m")) * 60
    again = measuring(machine({PARALLEL: 2.0}), budget=budget).measure()
    assert by_code(again)["KL103"].verdict is Verdict.CONFIRMED


def test_a_budget_too_short_for_any_pair_is_refused_after_the_first_look(machine, measuring):
    made = machine({PARALLEL: 2.0})
    with pytest.raises(NothingToMeasureError, match=r"a run takes 7 s .*5 forms .*`--budget 5m` is enough"):
        measuring(made, budget=60.0).measure()
    assert len(made.requests) == 1


def test_a_form_that_takes_all_of_the_budget_leaves_the_others_undecided(machine, measuring):
    made = machine({PARALLEL: 0.001})
    measured = measuring(made, budget=300.0).measure()
    assert len(made.requests) < 6
    told = list(advice(measured.alone, measured.together, measured.needed))
    assert "KL103 (data.py:10) is undecided: no pair of runs fitted the budget." in told
    assert told[-1].startswith("A verdict takes 6 pairs, for which `--budget ")


def test_what_is_about_an_accelerator_is_not_measured_without_one(machine, measuring):
    given = measuring(machine({}))
    assert "KL202" in by_code(given.measure())
    assert "KL202" not in by_code(dataclasses.replace(given, machine="cpu-2core").measure())


def test_runs_are_cut_so_that_the_verdicts_fit_the_budget(machine, measuring):
    made = machine({PARALLEL: 2.0}, training=60.0, cut_after=60)
    measured = measuring(made, budget=600.0, seconds=60.0).measure()
    assert 2 <= measured.steps < 60
    assert by_code(measured)["KL103"].verdict is Verdict.CONFIRMED
    assert measured.needed is None


def test_steps_that_were_asked_for_are_made_whatever_the_budget(machine, measuring):
    measured = measuring(machine({}, training=20.0), budget=600.0, steps=8).measure()
    assert measured.steps == 8


@pytest.mark.parametrize(("seeded", "verdict"), [(True, "different"), (False, "not comparable")])
def test_a_script_that_differs_from_itself_is_no_witness_against_a_fix(machine, measuring, seeded, verdict):
    given = measuring(machine({}))

    def compare(original, variant):
        repeats = seeded and variant.name == "again"
        return Equality("exact" if repeats else "different", "The losses differ from step 1 on.")

    alone = by_code(dataclasses.replace(given, compare=compare).measure())
    assert alone["KL102"].equality.verdict == verdict
    assert alone["KL103"].equality.detail == "each element gets another random draw than before"


def test_only_the_original_and_all_fixes_run_on_data_in_memory(machine, measuring):
    made = machine({PARALLEL: 2.0})
    measured = measuring(made).measure()
    assert sum(request.data is Data.IN_MEMORY for request in made.requests) == 2
    assert measured.together.good.waiting is not None
    assert by_code(measured)["KL103"].good.waiting is None


def test_all_runs_make_the_steps_that_the_first_came_to(machine, measuring):
    made = machine({}, cut_after=7)
    measured = measuring(made, seconds=15.0).measure()
    assert measured.steps == 7
    assert (made.requests[0].seconds, made.requests[0].steps) == (15.0, None)
    assert {(request.seconds, request.steps) for request in made.requests[1:]} == {(None, 7)}


def test_the_project_is_protected_in_every_run(machine, measuring, project):
    made = machine({})
    measuring(made).measure()
    assert {request.protected for request in made.requests} == {(project,)}


def test_a_fix_that_breaks_the_script_is_told_and_the_others_go_on(machine, measuring):
    broken = Run(End.RAISED, wall=5.0, error="Traceback\nValueError: no such thing\n")
    measured = measuring(machine({PARALLEL: 2.0}, ends={STRATEGY: broken})).measure()
    alone = by_code(measured)
    assert alone["KL202"].failure == "ValueError: no such thing"
    assert "KL202 (train.py:8) could not be measured." in list(advice(measured.alone, measured.together))
    assert alone["KL103"].verdict is Verdict.CONFIRMED


def test_a_script_that_an_error_keeps_from_running_is_measured_with_that_mended(machine, measuring, project):
    data = (project / "data.py").read_text()
    (project / "data.py").write_text(
        data + "\n\nclass Rows(keras.utils.PyDataset):\n    def __init__(self, rows, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.rows = rows\n\n"
        "    def __len__(self):\n        return 4\n\n    def __getitem__(self, index):\n        return self.rows[index]\n"
    )
    text = (
        (project / "data.py").read_text().replace("import tensorflow", "import keras\nimport tensorflow", 1)
    )
    (project / "data.py").write_text(text)
    train = (project / "train.py").read_text()
    (project / "train.py").write_text(
        train + "from data import Rows\nmodel.fit(Rows(np.zeros((4, 8, 8, 8, 3))), workers=2)\n"
    )
    broken = Run(End.RAISED, wall=5.0, error="TypeError: unexpected keyword argument 'workers'\n")
    measured = measuring(machine({PARALLEL: 2.0}, ends={"), workers=2)\n": broken})).measure()
    alone = by_code(measured)
    assert alone["KL501"].verdict is Verdict.BREAKS
    assert alone["KL103"].verdict is Verdict.CONFIRMED
    told = list(advice(measured.alone, measured.together))
    assert told[0] == "Without KL501 (train.py:10) the script does not run."


def test_a_script_without_fixes_is_refused_with_the_reason(machine, measuring, project):
    (project / "train.py").write_text("import keras\n")
    (project / "data.py").write_text("")
    (project / "unused.py").write_text("")
    with pytest.raises(NothingToMeasureError, match="no finding in the script or in what it loads has a fix"):
        measuring(machine({})).measure()


def test_a_script_that_fails_by_itself_is_refused_with_its_last_line(machine, measuring):
    broken = Run(End.RAISED, wall=5.0, error="Traceback\nFileNotFoundError: photos.npy\n")
    with pytest.raises(NothingToMeasureError, match=r"FileNotFoundError: photos\.npy"):
        measuring(machine({}, ends={"import": broken})).measure()


def test_a_script_that_finds_no_file_is_told_where_it_ran(machine, measuring):
    broken = Run(End.RAISED, wall=5.0, error="Traceback\nFileNotFoundError: ../data/photos.npy\n")
    with pytest.raises(NothingToMeasureError, match=r"photos\.npy; it runs in a copy of its project"):
        measuring(machine({}, ends={"import": broken})).measure()
    broken = Run(End.RAISED, wall=5.0, error="Traceback\nValueError: no photos\n")
    with pytest.raises(NothingToMeasureError, match=r"no photos$"):
        measuring(machine({}, ends={"import": broken})).measure()


def test_the_advice_says_what_its_command_applies_as_well(machine, measuring, project):
    both = "def make(images, labels):\n"
    text = (project / "data.py").read_text()
    tail = text[text.index(both) :].replace("make", "make_again")
    (project / "data.py").write_text(f"{text}\n\n{tail}")
    train = (project / "train.py").read_text().replace("import make", "import make, make_again")
    (project / "train.py").write_text(
        train + 'model.evaluate(make_again(np.zeros((64, 8, 8, 3), "float32"), np.zeros(64, "float32")))\n'
    )
    first = "return dataset.map(augment, num_parallel_calls=tf.data.AUTOTUNE).batch(32)\n\n\ndef make_again"
    measured = measuring(machine({first: 2.0}), budget=9000.0).measure()
    told = list(advice(measured.alone, measured.together))
    assert told[0].startswith("KL103 (data.py:10) brings ")
    assert told[-2] == "Apply it: keraslint check --select KL103 --fix --unsafe-fixes data.py"
    assert told[-1] == "That applies KL103 (data.py:15) as well: it is the same rule in the same file."


def test_a_profile_says_how_long_the_model_waits(machine, measuring):
    measured = measuring(machine({})).profile()
    assert measured.original.waiting == pytest.approx(0.6, abs=0.02)
    assert len(measured.waits) == 3
    told = list(profile(measured.original, (0.58, 0.61, 0.6)))
    assert told[0].startswith("A step takes 200 ms, one in twenty 200 ms or more")
    assert told[1] == (
        "The model waits for its data 60% of the time (58% to 61% in 3 pairs of runs): "
        "a pipeline without any wait would bring 2.5x at most."
    )
