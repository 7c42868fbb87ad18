"""What shuffling and caching in the wrong order does to the elements that a model gets."""

BATCHES = "[[frozenset(map(int, a[:, 0].numpy().view('int32'))) for a, _ in train] for _ in range(2)]"


def test_after_batch_the_same_samples_stay_together(run) -> None:
    bad = run("shuffle-after-batch/bad.py", BATCHES).values[BATCHES]
    assert bad[0] != bad[1]
    assert set(bad[0]) == set(bad[1])
    good = run("shuffle-after-batch/good.py", BATCHES).values[BATCHES]
    assert set(good[0]).isdisjoint(good[1])


def test_what_is_cached_is_drawn_once(run) -> None:
    epochs = "[sorted(float(p) for a, _ in train for p in a.numpy().sum((1, 2, 3))) for _ in range(2)]"
    bad = run("random-before-cache/bad.py", epochs).values[epochs]
    assert bad[0] == bad[1]
    good = run("random-before-cache/good.py", epochs).values[epochs]
    assert good[0] != good[1]


def test_repeated_first_an_epoch_is_no_pass_over_the_data(run) -> None:
    drawn = "len({bytes(row) for a, _ in train.take(40) for row in a.numpy()})"
    assert run("repeat-before-shuffle/bad.py", drawn).values[drawn] < 2000
    assert run("repeat-before-shuffle/good.py", drawn).values[drawn] == 2000


def test_a_small_buffer_leaves_the_classes_apart(run) -> None:
    kinds = "[len(set(b.numpy().tolist())) for _, b in train]"
    bad = run("small-shuffle-buffer/bad.py", kinds).values[kinds]
    assert sum(count == 1 for count in bad) > len(bad) / 2
    good = run("small-shuffle-buffer/good.py", kinds).values[kinds]
    assert set(good) == {4}


def test_a_step_that_nothing_takes_never_happens(run) -> None:
    kinds = "[len(set(b.numpy().tolist())) for _, b in load(50)]"
    assert set(run("discarded-step/bad.py", kinds).values[kinds]) == {1}
    assert set(run("discarded-step/good.py", kinds).values[kinds]) == {2}
