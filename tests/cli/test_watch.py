"""`--watch` checks again after every change, as long as it is let."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

BAD = "import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.fit(x, y, epochs=2, workers=4)\n"
END = "Watching for changes; Ctrl-C ends it.\n"


class Watching:
    """A running `keraslint check --watch`."""

    def __init__(self, folder: Path) -> None:
        command = (
            sys.executable,
            "-m",
            "keraslint",
            "check",
            "--watch",
            "--select",
            "KL501",
            "--output-format",
            "concise",
        )
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Ctrl-C is heard there even where whoever started the tests hears of none.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        # Where nothing is heard of changes, the output ends and the tests fail.
        self.patience = threading.Timer(120, self.process.kill)
        self.patience.start()

    def run(self) -> str:
        """What the next run says."""
        lines = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line == END:
                break
            lines.append(line)
        return "".join(lines)


@pytest.fixture
def watching(project: Path) -> Iterator[Watching]:
    (project / "train.py").write_text(BAD)
    watching = Watching(project)
    yield watching
    watching.patience.cancel()
    watching.process.kill()
    watching.process.wait()


def test_what_changes_is_checked_again(watching, project):
    assert "train.py:4:7: KL501" in watching.run()
    (project / "train.py").write_text(BAD.replace(", workers=4", ""))
    assert watching.run() == "All is well in 1 file.\n"
    (project / "other.py").write_text(BAD)
    assert "other.py:4:7: KL501" in watching.run()


def test_a_configuration_that_breaks_is_told_and_ends_nothing(watching, project):
    watching.run()
    (project / "keraslint.toml").write_text("selec = 1")
    assert watching.run() == "error: keraslint.toml:1: `selec` is no known key; did you mean `select`?\n"
    (project / "keraslint.toml").write_text('exclude = ["train.py"]')
    assert "no Python files found" in watching.run()


def test_ctrl_c_ends_it_in_peace(watching):
    watching.run()
    watching.process.send_signal(signal.SIGINT)
    assert (watching.process.communicate()[0], watching.process.returncode) == ("", 0)


def test_a_path_that_is_not_there_ends_it(keraslint_cli):
    result = keraslint_cli("check", "--watch", "nowhere.py")
    assert (result.exit_code, result.stderr) == (2, "error: nowhere.py: no such file or folder\n")


def test_without_watchfiles_it_says_what_it_needs(keraslint_cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = keraslint_cli("check", "--watch")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: `--watch` needs watchfiles; install it with `pip install 'keraslint[watch]'`\n"
    )
