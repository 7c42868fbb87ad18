import subprocess
import sys
import time

import psutil
import pytest

from keraslint.processes import Workers

DIE = "__import__('os')._exit(3)"


def run(jobs: int, items: list[str]) -> list[object]:
    with Workers(jobs) as workers:
        found = dict(workers.map(eval, items, weight=len, crashed=lambda item: f"crashed: {item}"))
    return [found[number] for number in range(len(items))]


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_item_has_its_result(jobs):
    assert run(jobs, [f"{number} ** 2" for number in range(40)]) == [number**2 for number in range(40)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_there_is_room_for_deep_recursion(jobs):
    deep = "(f := lambda f, n: 0 if n == 0 else 1 + f(f, n - 1))(f, 20_000)"
    assert run(jobs, [deep, "1"]) == [20_000, 1]


def test_a_process_that_dies_costs_one_item():
    assert run(2, ["1", "2", DIE, "4", DIE, "6"]) == [1, 2, f"crashed: {DIE}", 4, f"crashed: {DIE}", 6]


def test_the_work_goes_on_after_a_death():
    with Workers(2) as workers:
        crashed = "dead".__add__
        assert dict(workers.map(eval, [DIE, "1"], weight=len, crashed=crashed)) == {0: "dead" + DIE, 1: 1}
        assert dict(workers.map(int, ["2", "3"], weight=len, crashed=crashed)) == {0: 2, 1: 3}


def test_an_item_is_tried_again_after_a_death(tmp_path):
    mark = tmp_path / "seen"
    once = f"1 if (m := __import__('pathlib').Path({str(mark)!r})).exists() else (m.touch(), {DIE})"
    assert run(2, [once, "2"]) == [1, 2]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_raised_arrives(jobs):
    with pytest.raises(ZeroDivisionError):
        run(jobs, ["1", "1 / 0"])


def test_no_process_outlives_the_one_that_started_it(tmp_path):
    told = tmp_path / "told"
    work = f"(open({str(told)!r}, 'w').write(str(__import__('os').getpid())), __import__('time').sleep(600))"
    script = (
        "from keraslint.processes import Workers\n"
        "if __name__ == '__main__':\n"
        "    with Workers(2) as workers:\n"
        f"        list(workers.map(eval, [{work!r}], weight=len, crashed=str))\n"
    )
    (tmp_path / "parent.py").write_text(script)
    parent = subprocess.Popen([sys.executable, tmp_path / "parent.py"])
    try:
        until(lambda: told.exists() and told.read_text())
    finally:
        parent.kill()
        parent.wait()
    until(lambda: not psutil.pid_exists(int(told.read_text())))


def until(condition):
    """Wait for what comes soon, and fail where it does not come at all."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not come")
