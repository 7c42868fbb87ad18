from itertools import islice

from keraslint.verify.schedule import Arm
from keraslint.verify.schedule import blocks


def test_each_block_has_two_pairs_and_reads_the_same_backwards():
    for block in islice(blocks(1), 20):
        assert block == block[::-1]
        assert sorted(arm.value for arm in block) == ["again", "bad", "bad", "good", "good"]


def test_chance_says_which_program_begins():
    beginnings = [block[0] for block in islice(blocks(7), 40)]
    assert {Arm.BAD, Arm.GOOD} == set(beginnings)
    assert 10 <= beginnings.count(Arm.BAD) <= 30


def test_a_seed_makes_one_order():
    assert list(islice(blocks(3), 10)) == list(islice(blocks(3), 10))
    assert list(islice(blocks(3), 10)) != list(islice(blocks(4), 10))
