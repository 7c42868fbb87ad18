import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "ecosystem.py"
PROGRAM = "import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.fit(x, y, workers=4)\n"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("ecosystem", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        yield module


def finding(code: str, row: int, severity: str = "warning", message: str = "is slow") -> dict:
    location = {"row": row, "column": 1}
    return {"filename": "train.py", "cell": None, "location": location, "code": code, "severity": severity, "message": message}  # fmt: skip


def test_what_differs_is_told(script):
    before = script.reading([finding("KL101", 1), finding("KL102", 2), finding("KL202", 3, "info")], 4.0)
    after = script.reading(
        [finding("KL101", 1, message="is slower"), finding("KL103", 2), finding("KL003", 1, "error", "failed")], 5.0
    )  # fmt: skip
    told = "\n\n".join(script.report([script.Compared("made 1.0", before, after)], "old", "new"))
    assert "| made 1.0 | 0 + 2 + 1 | 0 + 2 + 0 | 0 + 1 + 0 | 0 + 1 + 1 | 0 → 1 | 4.0 → 5.0 |" in told
    assert "| KL101 | 1 | 1 | 0 | 0 |\n| KL102 | 1 | 0 | 0 | 1 |\n| KL103 | 0 | 1 | 1 | 0 |\n" in told
    assert "New errors and warnings:\n\n- made 1.0: train.py:2:1: warning KL103 is slow\n" in told
    assert "Gone errors and warnings:\n\n- made 1.0: train.py:2:1: warning KL102 is slow\n" in told
    assert told.endswith("Failures of new:\n\n- made 1.0: train.py:1:1: error KL003 failed")


def test_a_version_against_itself(tmp_path):
    (tmp_path / "keras-tcn-3.5.7").mkdir()
    (tmp_path / "keras-tcn-3.5.7" / "train.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, SCRIPT, sys.executable, sys.executable, "keras-tcn", "--folder", tmp_path],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "| keras-tcn 3.5.7 | 1 + 0 + 1 | 1 + 0 + 1 | 0 + 0 + 0 | 0 + 0 + 0 | 0 → 0 |" in done.stdout
    assert "errors and warnings" not in done.stdout
