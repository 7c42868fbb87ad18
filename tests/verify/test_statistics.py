import numpy as np
import pytest

from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Verdict
from keraslint.verify.statistics import is_narrow
from keraslint.verify.statistics import ratio_of
from keraslint.verify.statistics import verdict_on

STILL = Ratio(1.0, 0.99, 1.01)


def test_pairs_that_agree_have_no_uncertainty():
    assert ratio_of([(3.0, 1.5)] * 6) == Ratio(*[pytest.approx(2.0)] * 3)


def test_the_figures_do_not_depend_on_chance():
    pairs = [(2.0 + 0.1 * index, 1.0) for index in range(7)]
    assert ratio_of(pairs) == ratio_of(pairs)


def test_what_slowed_a_whole_pair_cancels():
    found = ratio_of([(2.0 * slow, 1.0 * slow) for slow in (1.0, 1.3, 0.8, 5.0, 1.1, 0.9)])
    assert found == Ratio(*[pytest.approx(2.0)] * 3)


def test_exchanging_the_programs_inverts_the_ratio():
    pairs = [(2.0, 1.0), (2.2, 1.0), (1.9, 1.1), (2.1, 0.9), (2.0, 1.05), (2.3, 1.0)]
    there, back = ratio_of(pairs), ratio_of([(better, slow) for slow, better in pairs])
    assert back.value == pytest.approx(1 / there.value)
    assert back.low == pytest.approx(1 / there.high, rel=0.01)
    assert back.high == pytest.approx(1 / there.low, rel=0.01)


@pytest.mark.parametrize("factor", [10.0, 0.1])
def test_one_run_that_went_astray_moves_neither_ratio_nor_interval_far(factor: float):
    pairs = [(2.0 + 0.02 * index, 1.0) for index in range(8)]
    disturbed = [(pairs[0][0] * factor, 1.0), *pairs[1:]]
    there, found = ratio_of(pairs), ratio_of(disturbed)
    assert found.value == pytest.approx(there.value, rel=0.02)
    assert found.low > 1.9
    assert found.high < 2.3


@pytest.mark.parametrize("pairs", [6, 8, 12, 20])
@pytest.mark.parametrize("shape", ["normal", "heavy"])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(pairs: int, shape: str):
    chance = np.random.default_rng(pairs)
    covered = 0
    for _ in range(200):
        spread = chance.normal(0, 0.05, pairs) if shape == "normal" else 0.03 * chance.standard_t(3, pairs)
        found = ratio_of([(1.3 * float(np.exp(each)), 1.0) for each in spread])
        covered += found.low <= 1.3 <= found.high
    assert covered >= 0.88 * 200


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        (Ratio(7.1, 6.5, 7.8), Verdict.CONFIRMED),
        (Ratio(1.1, 1.051, 1.2), Verdict.CONFIRMED),
        (Ratio(1.1, 1.05, 1.2), Verdict.INCONCLUSIVE),
        (Ratio(1.0, 0.95, 1.05), Verdict.NO_EFFECT),
        (Ratio(1.02, 0.97, 1.06), Verdict.INCONCLUSIVE),
        (Ratio(0.9, 0.8, 0.949), Verdict.REFUTED),
        (Ratio(0.9, 0.8, 0.96), Verdict.INCONCLUSIVE),
        (Ratio(1.2, 0.7, 2.0), Verdict.INCONCLUSIVE),
    ],
)
def test_what_an_interval_means(ratio: Ratio, verdict: Verdict):
    assert verdict_on(ratio, STILL, 6) is verdict
    assert verdict_on(ratio, None, 6) is verdict


@pytest.mark.parametrize("ratio", [Ratio(7.1, 6.5, 7.8), Ratio(1.0, 0.99, 1.01), Ratio(0.5, 0.4, 0.6)])
def test_fewer_than_six_pairs_decide_nothing(ratio: Ratio):
    assert verdict_on(ratio, STILL, 5) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("noise", [Ratio(1.0, 0.8, 1.1), Ratio(1.1, 0.95, 1.25)])
@pytest.mark.parametrize("ratio", [Ratio(1.15, 1.1, 1.2), Ratio(0.87, 0.85, 0.9)])
def test_what_a_program_does_against_itself_is_no_effect_of_a_change(ratio: Ratio, noise: Ratio):
    assert verdict_on(ratio, noise, 12) is Verdict.INCONCLUSIVE


def test_an_effect_above_the_noise_is_one():
    assert verdict_on(Ratio(1.5, 1.4, 1.6), Ratio(1.0, 0.8, 1.2), 12) is Verdict.CONFIRMED


def test_noise_leaves_alone_what_is_no_effect_anyway():
    assert verdict_on(Ratio(1.0, 0.97, 1.03), Ratio(1.0, 0.9, 1.1), 12) is Verdict.NO_EFFECT


def test_an_interval_is_narrow_in_relation_to_its_ratio():
    assert is_narrow(Ratio(7.1, 6.5, 7.8))
    assert is_narrow(Ratio(10.0, 9.0, 11.9))
    assert not is_narrow(Ratio(10.0, 7.0, 14.0))
    assert not is_narrow(Ratio(1.1, 1.0, 1.3))


def test_no_pairs_have_no_ratio():
    with pytest.raises(ValueError, match="at least one pair"):
        ratio_of([])
