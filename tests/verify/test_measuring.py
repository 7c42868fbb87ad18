import dataclasses

import pytest

from keraslint.verify.measurement import Equality
from keraslint.verify.measurement import Verdict
from keraslint.verify.measuring import InterruptedMeasurementError
from keraslint.verify.measuring import Limits
from keraslint.verify.measuring import indicate
from keraslint.verify.measuring import measure
from keraslint.verify.measuring import measure_ratio
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Run
from keraslint.verify.store import State

NO_EFFECT_OR_NOTHING = (Verdict.NO_EFFECT, Verdict.INCONCLUSIVE)


def test_a_clear_effect_takes_six_pairs(machine, pair, tools):
    twice = machine(noise=0.01, waiting={"bad.py": 0.6}, memory={"bad.py": 600, "good.py": 400})
    found = measure(pair(), tools(twice), Limits(), State(seed=1))
    assert (found.verdict, found.pairs, found.failure) == (Verdict.CONFIRMED, 6, "")
    assert found.ratio.value == pytest.approx(2.0, rel=0.02)
    assert found.ratio.low < 2.0 < found.ratio.high
    assert found.noise.value == pytest.approx(1.0, rel=0.03)
    assert found.wall_ratio.value == pytest.approx(2.5 / 1.5, rel=0.03)
    assert found.memory_ratio.value == pytest.approx(1.5)
    assert found.equality == Equality("exact", "detail")
    assert found.bad.waiting == pytest.approx(0.6, abs=0.05)
    assert found.good.waiting == pytest.approx(0.0, abs=0.05)
    assert found.bad.steady == pytest.approx(2.0, rel=0.02)
    assert found.bad.wall == pytest.approx(2.5, rel=0.02)
    assert (found.bad.startup, found.bad.first_step, found.bad.cpu) == (4.0, 0.5, 1.5)
    assert len(found.bad.step_times) == 10


def test_both_programs_run_in_blocks_that_mirror_themselves(machine, pair, tools):
    made = machine()
    measure(pair(), tools(made), Limits(), State(seed=1))
    assert len(made.timed) == 15
    for start in (0, 5, 10):
        block = made.timed[start : start + 5]
        assert block == block[::-1]
        assert block.count("good.py") == 3
    captures = [request for request in made.requests if request.capture is not None]
    assert [request.program.script.name for request in captures] == ["bad.py", "good.py"]
    kept = [request.program.script.name for request in made.requests if request.data is Data.IN_MEMORY]
    assert kept == ["bad.py", "good.py"] * 2


@pytest.mark.parametrize("drift", [0.02, -0.02])
def test_a_machine_that_grows_slower_or_faster_changes_nothing(machine, pair, tools, drift):
    same = machine({"bad.py": 1.0, "good.py": 1.0}, noise=0.003, drift=drift)
    found = measure(pair(), tools(same), Limits(), State(seed=2))
    assert found.ratio.value == pytest.approx(1.0, abs=0.01)
    assert found.verdict in NO_EFFECT_OR_NOTHING
    assert found.noise.value == pytest.approx(1.0, abs=0.05)


def test_one_disturbed_run_changes_nothing(machine, pair, tools):
    disturbed = machine(noise=0.01, outliers={6: 8.0})
    found = measure(pair(), tools(disturbed), Limits(), State(seed=1))
    assert found.verdict is Verdict.CONFIRMED
    assert found.ratio.value == pytest.approx(2.0, rel=0.03)


def test_a_program_against_itself_has_no_effect(machine, pair, tools):
    verdicts = []
    for seed in range(20):
        same = machine({"bad.py": 1.0, "good.py": 1.0}, noise=0.06, seed=seed)
        verdicts.append(measure(pair(), tools(same), Limits(), State(seed=seed)).verdict)
    assert sum(verdict in NO_EFFECT_OR_NOTHING for verdict in verdicts) >= 19


def test_a_slower_better_form_is_refuted(machine, pair, tools):
    worse = machine({"bad.py": 1.0, "good.py": 1.5}, noise=0.01)
    assert measure(pair(), tools(worse), Limits(), State(seed=1)).verdict is Verdict.REFUTED


def test_what_is_undecided_is_measured_until_the_budget_is_spent(machine, pair, tools):
    close = machine({"bad.py": 1.05, "good.py": 1.0}, noise=0.02)
    state = State(seed=1)
    found = measure(pair(), tools(close), Limits(budget=400), state)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.pairs > 10
    assert 350 < state.spent < 400


def test_a_budget_that_ends_early_leaves_a_ratio_without_verdict(machine, pair, tools):
    found = measure(pair(), tools(machine()), Limits(budget=60), State(seed=1))
    assert (found.verdict, found.pairs) == (Verdict.INCONCLUSIVE, 2)
    assert found.ratio.value == pytest.approx(2.0)


def test_a_budget_that_ends_before_a_pair_says_so(machine, pair, tools):
    found = measure(pair(), tools(machine()), Limits(budget=10), State(seed=1))
    assert found.failure == "the budget was spent before a pair was timed"
    assert found.equality.verdict == "exact"


def test_no_more_runs_than_allowed(machine, pair, tools):
    made = machine()
    found = measure(pair(), tools(made), Limits(max_runs=13), State(seed=1))
    assert len(made.requests) <= 13
    assert found.pairs == 2


def test_the_ratio_may_be_that_of_memory_or_of_time_with_tracing(machine, pair, tools):
    made = machine(memory={"bad.py": 1000, "good.py": 500}, seconds={"bad.py": 1.0, "good.py": 1.0})
    found = measure(pair("memory", "memory"), tools(made), Limits(), State(seed=1))
    assert (found.verdict, found.measure, found.ratio.value) == (
        Verdict.CONFIRMED,
        "memory",
        pytest.approx(2.0),
    )
    assert found.noise.value == pytest.approx(1.0)
    assert all(request.data is Data.OWN for request in made.requests)
    found = measure(pair("time", "wall"), tools(machine()), Limits(), State(seed=1))
    assert found.ratio == found.wall_ratio
    assert found.ratio.value == pytest.approx(2.5 / 1.5)


def test_results_that_change_on_purpose_are_not_comparable(machine, pair, tools):
    on_purpose = pair(changes="other weights come out")
    found = measure(on_purpose, tools(machine(), "different"), Limits(), State())
    assert found.equality == Equality("not comparable", "other weights come out")
    assert measure(on_purpose, tools(machine(), "exact"), Limits(), State()).equality.verdict == "exact"
    assert measure(pair(), tools(machine(), "different"), Limits(), State()).equality.verdict == "different"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (End.RAISED, "raises an error"),
        (End.MISSING_PACKAGE, "needs a package that is missing"),
        (End.TIMED_OUT, "takes longer than it may"),
        (End.WANTED_INPUT, "asks for input"),
        (End.OUT_OF_MEMORY, "runs out of memory"),
        (End.KILLED, "was killed"),
        (End.TRAINED_NOTHING, "trains nothing"),
        (End.EXITED_EARLY, "ends before it has trained"),
    ],
)
def test_a_program_that_fails_is_told_with_its_last_lines(machine, pair, tools, end, words):
    error = "Traceback (most recent call last):\n  File x\nValueError: no such thing\n"
    failing = machine(ends={"good.py": Run(end, 1.0, error=error)})
    found = measure(pair(), tools(failing), Limits(), State())
    assert found.failure == f"`good.py` {words}: ValueError: no such thing"
    assert found.error == error.strip()
    assert (found.verdict, found.ratio, found.pairs) == (Verdict.INCONCLUSIVE, None, 0)


def test_a_program_of_one_step_has_no_steady_state(machine, pair, tools):
    once = Run(End.FINISHED, 1.0, 0.5, 0.5, 0.0, "predict")
    found = measure(pair(), tools(machine(ends={"good.py": once})), Limits(), State())
    assert found.failure == "`good.py` makes a single step: there is no steady state to compare"
    assert found.ratio is None
    assert found.pairs == 2


def test_what_breaks_is_not_timed(machine, pair, tools):
    error = 'Traceback:\n  File "/home/somebody/train.py", line 1\nTypeError: no `workers`\n'
    raising = machine(ends={"bad.py": Run(End.RAISED, 1.0, error=error)})
    found = measure(pair("breaks"), tools(raising), Limits(), State())
    assert (found.verdict, found.error, found.failure) == (Verdict.BREAKS, "TypeError: no `workers`", "")
    assert [request.program.script.name for request in raising.requests] == ["bad.py", "good.py"]
    found = measure(pair("breaks"), tools(machine()), Limits(), State())
    assert (found.verdict, found.failure) == (Verdict.REFUTED, "`bad.py` runs to its end: nothing breaks")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            "ImportError: cannot import name 'CuDNNLSTM' from 'keras.layers' (/home/somebody/keras/layers.py)",
            "ImportError: cannot import name 'CuDNNLSTM' from 'keras.layers'",
        ),
        (
            r"ImportError: cannot import name 'A' from 'b' (C:\Users\somebody\b.py)",
            "ImportError: cannot import name 'A' from 'b'",
        ),
        ("RuntimeError: no <Strategy object at 0x7f8e7c473290>", "RuntimeError: no <Strategy object>"),
    ],
)
def test_an_error_tells_nothing_of_the_machine(machine, pair, tools, error, told):
    raising = machine(ends={"bad.py": Run(End.RAISED, 1.0, error=error)})
    assert measure(pair("breaks"), tools(raising), Limits(), State()).error == told


def test_a_module_that_is_gone_from_keras_breaks_and_a_missing_package_does_not(machine, pair, tools):
    for module, verdict in (("keras.wrappers", Verdict.BREAKS), ("cv2", Verdict.INCONCLUSIVE)):
        error = f"ModuleNotFoundError: No module named '{module}'"
        made = machine(ends={"bad.py": Run(End.MISSING_PACKAGE, 1.0, error=error)})
        assert measure(pair("breaks"), tools(made), Limits(), State()).verdict is verdict


def test_the_better_form_of_what_breaks_has_to_work(machine, pair, tools):
    raising = Run(End.RAISED, 1.0, error="TypeError: no")
    both = machine(ends={"bad.py": raising, "good.py": raising})
    found = measure(pair("breaks"), tools(both), Limits(), State())
    assert (found.verdict, found.failure) == (
        Verdict.INCONCLUSIVE,
        "`good.py` raises an error: TypeError: no",
    )


@pytest.mark.parametrize(
    ("equality", "verdict"), [("different", Verdict.CONFIRMED), ("exact", Verdict.INCONCLUSIVE)]
)
def test_a_claim_about_results_is_compared_and_not_timed(machine, pair, tools, equality, verdict):
    made = machine()
    found = measure(pair("results"), tools(made, equality), Limits(), State())
    assert (found.verdict, found.equality.verdict, found.ratio) == (verdict, equality, None)
    assert made.timed == []


def test_what_a_rule_changes_on_purpose_proves_its_claim_about_results(machine, pair, tools):
    changing = pair("results", changes="samples come in another order")
    found = measure(changing, tools(machine(), "different"), Limits(), State())
    assert (found.verdict, found.equality.verdict) == (Verdict.CONFIRMED, "different")


def test_a_warning_that_only_one_program_gets_proves_a_claim_about_results(machine, pair, tools):
    given = tools(machine())
    warned = dataclasses.replace(
        given, compare=lambda bad, good: Equality("exact", "The same losses.", warning="one worker is taken")
    )
    found = measure(pair("results"), warned, Limits(), State())
    assert (found.verdict, found.equality.verdict) == (Verdict.CONFIRMED, "exact")
    assert found.equality.detail == "The same losses. Only `bad.py` is warned: one worker is taken"


def test_stopping_keeps_the_complete_blocks_and_the_next_call_goes_on(machine, pair, tools):
    stopped, state, kept = machine(stop_at=14), State(seed=5), []
    with pytest.raises(InterruptedMeasurementError) as stop:
        measure(pair(), tools(stopped, save=lambda state: kept.append(len(state.blocks))), Limits(), state)
    assert stop.value.measurement.failure == "stopped"
    assert stop.value.measurement.pairs == 2
    assert stop.value.measurement.ratio.value == pytest.approx(2.0)
    assert kept[-1] == 1
    rest = machine()
    found = measure(pair(), tools(rest), Limits(), state)
    assert (found.verdict, found.pairs) == (Verdict.CONFIRMED, 6)
    assert len(rest.timed) == 10
    assert all(request.capture is None for request in rest.requests)


def test_an_indication_takes_two_pairs_and_decides_nothing(machine, pair, tools):
    made = machine()
    found = indicate(pair(), tools(made))
    assert made.timed == ["bad.py", "good.py", "good.py", "bad.py"]
    assert (found.quick, found.pairs, found.verdict) == (True, 2, Verdict.INCONCLUSIVE)
    assert found.ratio.value == pytest.approx(2.0)
    assert all(request.capture is None for request in made.requests)


def test_an_indication_of_slow_programs_takes_one_pair(machine, pair, tools):
    slow = machine({"bad.py": 15.0, "good.py": 8.0})
    found = indicate(pair(), tools(slow))
    assert found.pairs == 1
    assert found.ratio.value == pytest.approx(15 / 8)


def test_the_runs_of_an_indication_fit_its_45_seconds_whatever_their_start_takes(machine, pair, tools):
    made = machine({"bad.py": 15.0, "good.py": 8.0})
    indicate(pair(), tools(made))
    first, second = made.requests
    assert first.wall + second.wall < 42
    # What the first took is not there for the second.
    assert second.timeout < first.timeout <= 42


def test_programs_that_were_cut_are_compared_by_the_steps_that_both_made(machine, pair, tools):
    ends = {
        "bad.py": Run(End.CUT, 15.0, 4.0, 1.0, 10.0, "train", (2.0,) * 5),
        "good.py": Run(End.FINISHED, 8.0, 4.0, 1.0, 4.0, "train", (0.5,) * 8),
    }
    assert indicate(pair(), tools(machine(ends=ends))).ratio.value == pytest.approx(4.0)
    ends["good.py"] = Run(End.FINISHED, 8.0, 4.0, 1.0, 4.0, "predict", (0.5,) * 8)
    found = indicate(pair(), tools(machine(ends=ends)))
    assert found.ratio is None
    assert found.failure == "a program had to be cut short, and the steps of one are not those of the other"


def test_a_sweep_needs_ratios_alone(machine, pair, tools):
    made = machine()
    found = measure_ratio(pair(), tools(made), Limits(), State(seed=1))
    assert (found.verdict, found.pairs, found.equality) == (Verdict.CONFIRMED, 6, None)
    assert len(made.requests) == len(made.timed) == 15
