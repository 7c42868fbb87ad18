"""How runs end, told apart: scripts that need no framework."""

import json
import os
import signal
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from keraslint.verify.execution import execute
from keraslint.verify.run import End
from keraslint.verify.run import Program
from keraslint.verify.run import Request
from keraslint.verify.run import Run


def run(folder: Path, source: str, *arguments: str, timeout: float = 60, **environment: str) -> Run:
    script = folder / "script.py"
    script.write_text(textwrap.dedent(source))
    program = Program(Path("script.py"), folder, Path(sys.executable), arguments, environment)
    return execute(Request(program, timeout=timeout))


def test_crash_shows_the_scripts_own_traceback(tmp_path):
    seen = run(tmp_path, "def train():\n    raise ValueError('no such thing')\ntrain()\n")
    assert seen.end is End.RAISED
    assert seen.error.endswith("ValueError: no such thing")
    assert "script.py" in seen.error
    assert "probe" not in seen.error


def test_syntax_error_is_a_crash(tmp_path):
    assert run(tmp_path, "x = = 1\n").end is End.RAISED


def test_missing_script_is_a_crash(tmp_path):
    program = Program(Path("nowhere.py"), tmp_path, Path(sys.executable))
    seen = execute(Request(program))
    assert seen.end is End.RAISED
    assert "nowhere.py" in seen.error


def test_missing_interpreter_is_said(tmp_path):
    (tmp_path / "script.py").write_text("")
    seen = execute(Request(Program(Path("script.py"), tmp_path, tmp_path / "no-python")))
    assert seen.end is End.RAISED
    assert "no-python" in seen.error


def test_hang_is_ended_with_all_that_it_started(tmp_path):
    source = """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
        children = [subprocess.Popen(sleep), subprocess.Popen(sleep, start_new_session=True)]
        open("children", "w").write(" ".join(str(child.pid) for child in children))
        print("on the way", flush=True)
        time.sleep(600)
    """
    seen = run(tmp_path, source, timeout=2)
    assert seen.end is End.TIMED_OUT
    assert "on the way" in seen.error
    for child in (tmp_path / "children").read_text().split():
        assert not psutil.pid_exists(int(child)) or psutil.Process(int(child)).status() == "zombie"


def test_children_left_behind_are_ended(tmp_path):
    source = """
        import os, time
        child = os.fork()
        if not child:
            os.setsid()
            time.sleep(600)
        open("child", "w").write(str(child))
    """
    started = time.monotonic()
    seen = run(tmp_path, source)
    assert seen.end is End.TRAINED_NOTHING
    assert time.monotonic() - started < 60
    child = int((tmp_path / "child").read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


def test_a_forked_child_that_ends_like_a_script_writes_no_results(tmp_path):
    source = """
        import os, sys
        if not os.fork():
            sys.exit(7)
        os.wait()
        raise KeyError("the parent's own")
    """
    seen = run(tmp_path, source)
    assert seen.end is End.RAISED
    assert "the parent's own" in seen.error


@pytest.mark.parametrize(
    ("source", "end"),
    [
        ("import sys; sys.exit()", End.EXITED_EARLY),
        ("import sys; sys.exit('no data in ./images')", End.EXITED_EARLY),
        ("import argparse; argparse.ArgumentParser().parse_args(['--unknown'])", End.EXITED_EARLY),
        ("import os; print('out', flush=True); os._exit(0)", End.EXITED_EARLY),
        ("print('done')", End.TRAINED_NOTHING),
        ("import no_such_package.part", End.MISSING_PACKAGE),
        ("raise ImportError('Could not import PIL.Image.')", End.MISSING_PACKAGE),
        ("from json import no_such_name", End.RAISED),
        ("input('Continue? ')", End.WANTED_INPUT),
        ("breakpoint()", End.WANTED_INPUT),
        ("import getpass; getpass.getpass()", End.WANTED_INPUT),
        ("raise MemoryError", End.OUT_OF_MEMORY),
        (
            "class ResourceExhaustedError(Exception): pass\nraise ResourceExhaustedError('OOM')",
            End.OUT_OF_MEMORY,
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", End.KILLED),
        ("import ctypes; ctypes.string_at(0)", End.KILLED),
        (
            "import sys, os; sys.stderr.write('std::bad_alloc'); sys.stderr.flush(); os.abort()",
            End.OUT_OF_MEMORY,
        ),
    ],
)
def test_ends_are_told_apart(tmp_path, source, end):
    seen = run(tmp_path, source)
    assert seen.end is end, seen.error
    assert seen.error
    assert not seen.end.is_measured


def test_missing_package_is_named(tmp_path):
    assert "no_such_package" in run(tmp_path, "import no_such_package.part").error


def test_results_hold_when_the_end_of_the_script_misbehaves(tmp_path):
    source = """
        import atexit, os, sys
        atexit.register(os._exit, 3)
        raise ValueError("seen all the same")
    """
    assert "seen all the same" in run(tmp_path, source).error


def test_the_script_runs_as_if_started_by_itself(tmp_path):
    (tmp_path / "timeline.py").write_text("NAME = 'my own'\n")
    source = """
        import json, multiprocessing, os, sys
        import timeline

        def work(number):
            return number + 1

        if __name__ == "__main__":
            print('{"cut": true, "ending": {}}')
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                answers = pool.map(work, [1, 2])
            main = sys.modules["__main__"]
            with open("seen.json", "w") as file:
                json.dump({
                    "argv": sys.argv, "path": sys.path[0], "file": __file__, "answers": answers,
                    "main": main.work is work, "timeline": timeline.NAME, "spec": __spec__,
                    "folder": os.getcwd(), "knob": os.environ["KNOB"],
                    "quiet": os.environ["TF_CPP_MIN_LOG_LEVEL"],
                    "temporary": os.path.exists(os.environ["TMPDIR"]),
                    "loaded": [name for name in sys.modules if name in ("keras", "tensorflow", "numpy")],
                }, file)
            open(os.path.join(os.environ["TMPDIR"], "left"), "w").write(os.environ["TMPDIR"])
            open("temporary", "w").write(os.environ["TMPDIR"])
    """
    seen = run(tmp_path, source, "--epochs", "3", KNOB="7", TF_CPP_MIN_LOG_LEVEL="1")
    assert seen.end is End.TRAINED_NOTHING, seen.error
    folder = os.path.realpath(tmp_path)
    assert json.loads((tmp_path / "seen.json").read_text()) == {
        "argv": ["script.py", "--epochs", "3"],
        "path": folder,
        "file": f"{folder}/script.py",
        "answers": [2, 3],
        "main": True,
        "timeline": "my own",
        "spec": None,
        "folder": folder,
        "knob": "7",
        "quiet": "1",
        "temporary": True,
        "loaded": [],
    }
    assert not Path((tmp_path / "temporary").read_text()).exists()


@pytest.fixture
def heeds_interrupts():
    """What a shell starts in the background may ignore them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_interrupts")
def test_interrupt_ends_the_children_and_goes_on(tmp_path):
    source = """
        import os, signal, time
        open("pid", "w").write(str(os.getpid()))
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(600)
    """
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, source)
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_the_probe_is_written_for_old_interpreters():
    import ast

    import keraslint.verify.execution as execution

    for path in (Path(execution.__file__).parent / "probe").glob("*.py"):
        tree = ast.parse(path.read_text(), feature_version=(3, 8))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert node.module is not None
                assert node.module.split(".")[0] in sys.stdlib_module_names
            if isinstance(node, ast.Import):
                assert all(name.name.split(".")[0] in sys.stdlib_module_names for name in node.names)
