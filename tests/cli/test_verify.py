import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from importlib import resources
from pathlib import Path

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator

from keraslint.cli import bench
from keraslint.cli import verifying
from keraslint.registry import load_packs
from keraslint.verify.conditions import Conditions
from keraslint.verify.hardware import Accelerators
from keraslint.verify.hardware import Hardware
from keraslint.verify.measurement import Equality
from keraslint.verify.run import End
from keraslint.verify.run import Request
from keraslint.verify.run import Run
from keraslint.verify.software import NoSoftwareError
from keraslint.verify.software import Software

PACKS = Path(__file__).parent.parent / "packs"
SCHEMA = json.loads(resources.files("keraslint").joinpath("schema/evidence-1.schema.json").read_text())
FILE = "cpu-2core-tensorflow-2.21.0-keras-3.15.1.json"


@dataclass
class Machine:
    """Runs nothing: what a made-up program would take stands in it."""

    stop_at: int | None = None
    requests: list[Request] = field(default_factory=list)
    left_over: list[Path] = field(default_factory=list)

    def execute(self, request: Request) -> Run:
        self.requests.append(request)
        if len(self.requests) == self.stop_at:
            raise KeyboardInterrupt
        script = request.program.script
        self.left_over += [entry for entry in request.program.folder.iterdir() if entry != script]
        (request.program.folder / "checkpoint").mkdir()
        (request.program.folder / "log.txt").write_text("")
        told = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in ast.parse(script.read_text()).body
            if isinstance(node, ast.Assign)
        }
        if "RAISES" in told:
            return Run(End.RAISED, 3.0, error=f"Traceback (most recent call last):\n{told['RAISES']}\n")
        steady = told["SECONDS"] + told.get("WORK", 0) * (script.name == "bad.py")
        memory = told.get("MEGABYTES", 500) * 2**20
        return Run(End.FINISHED, 5.0, 4.0, 0.5, steady, "train", (steady / 4,) * 4, memory, 1.5, kept=1)

    def compare(self, bad: Path, good: Path) -> Equality:
        return Equality("different", "8 elements are not those of the other program")


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def verify(
    machine: Machine, keraslint_cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Result]:
    """A function that runs ``keraslint verify`` with made-up rules on a made-up machine."""
    monkeypatch.syspath_prepend(PACKS)
    registry = load_packs([("timed", "timed.rules")])
    assert registry.problems == ()
    versions = {"python": "3.11", "tensorflow": "2.21.0", "keras": "3.15.1"}
    monkeypatch.setattr(verifying, "load_rules", lambda: registry)
    monkeypatch.setattr(verifying, "execute", machine.execute)
    monkeypatch.setattr(verifying, "compare", machine.compare)
    monkeypatch.setattr(bench, "observe", lambda: Conditions(0.1, 0.02, None, None))
    monkeypatch.setattr(bench.software, "find", lambda python, backend: Software(python, backend, versions))
    monkeypatch.setattr(bench.hardware, "nvidia_cards", lambda: None)
    monkeypatch.setattr(
        bench.hardware, "describe", lambda cards: Hardware("Intel Xeon", 2, 24, "Linux 6.1", cards)
    )
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return lambda *arguments: keraslint_cli("verify", *arguments)


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """The folder of the user's own evidence."""
    return tmp_path / "data" / "keraslint" / "evidence"


def codes(path: Path) -> list[str]:
    """The rules that have records in a file."""
    return [each["code"] for each in json.loads(path.read_text())["records"]]


def lines(text: str) -> list[str]:
    """The lines without the blanks that fill a table's last column."""
    return [line.rstrip() for line in text.splitlines()]


def test_all_rules_in_a_table(verify, evidence, machine):
    result = verify()
    assert lines(result.stdout) == [
        "rule                    claim   ratio           verdict      waiting  equal          pairs",
        "TIMED001 slow-loop      time    3.0x [3.0, 3.0] confirmed    0% -> 0% not comparable     6",
        "TIMED002 gone-argument  breaks  nothing timed   breaks",
        "TIMED003 lost-setting   results nothing timed   confirmed             different",
        "TIMED004 crashing-pair  time                    not measured",
        "TIMED005 old-generation time                    not measured",
        "TIMED006 large-head     memory  3.0x [3.0, 3.0] confirmed             different          6",
        "TIMED002: raises TypeError: fit() got an unexpected keyword argument",
        "TIMED004: `good.py` raises an error: ValueError: no data",
        "    Traceback (most recent call last):",
        "    ValueError: no data",
        "TIMED005: it is about Keras 2: `--python` measures under another environment",
        "TIMED001: results not comparable: fewer epochs are trained",
        "TIMED003: results different: 8 elements are not those of the other program",
        "TIMED006: results different: 8 elements are not those of the other program",
        "Measured 4 of 6 rules: 3 confirmed, 1 breaks. On cpu-2core, python 3.11, tensorflow 2.21.0, keras 3.15.1.",
    ]
    assert result.stderr == ""
    assert result.exit_code == 1
    assert [path.name for path in evidence.iterdir()] == [FILE]
    assert codes(evidence / FILE) == ["TIMED001", "TIMED002", "TIMED003", "TIMED006"]


@pytest.mark.parametrize("name", ["TIMED001", "slow-loop"])
def test_one_rule_by_code_or_name(verify, name):
    result = verify(name)
    assert lines(result.stdout)[1].startswith("TIMED001 slow-loop ")
    assert lines(result.stdout)[-1].startswith("Measured 1 of 1 rule: 1 confirmed. ")
    assert result.exit_code == 0


def test_rules_by_group_and_prefix(verify):
    assert "Measured 4 of 6 rules" in verify("training").stdout
    assert "Measured 2 of 3 rules" in verify("TIMED003", "TIMED004", "TIMED006").stdout


def test_evidence_goes_where_it_is_wanted(verify, evidence, tmp_path):
    assert verify("TIMED001", "--evidence", "shipped").exit_code == 0
    path = Path("shipped", FILE)
    document = json.loads(path.read_text())
    Draft202012Validator(SCHEMA).validate(document)
    [record] = document["records"]
    assert (record["ratio"], record["interval"], record["pairs"]) == (3.0, [3.0, 3.0], 6)
    assert record["equal_detail"] == "fewer epochs are trained"
    assert not evidence.exists()


def test_evidence_that_cannot_be_written_is_said_and_the_figures_are_there(verify):
    Path("taken").write_text("")
    result = verify("TIMED002", "--evidence", "taken/folder")
    assert result.stderr == "warning: the evidence could not be written: taken/folder: Not a directory\n"
    assert "TIMED002 gone-argument" in result.stdout


def test_an_indication_is_labelled_as_one_and_writes_nothing(verify, evidence, machine, tmp_path):
    result = verify("TIMED001", "--quick")
    assert lines(result.stdout) == [
        "rule               claim ratio           verdict    waiting equal pairs",
        "TIMED001 slow-loop time  3.0x [3.0, 3.0] indication                   2",
        "An indication from 2 pairs a rule, not evidence: nothing was written.",
        "Measured 1 of 1 rule. On cpu-2core, python 3.11, tensorflow 2.21.0, keras 3.15.1.",
    ]
    assert len(machine.requests) == 4
    assert not evidence.exists()
    assert not (tmp_path / "state").exists()


def test_json_has_the_form_of_evidence(verify):
    result = verify("--output-format", "json")
    document = json.loads(result.stdout)
    Draft202012Validator(SCHEMA).validate(document)
    found = {record["code"]: record for record in document["records"]}
    assert found["TIMED001"]["verdict"] == "confirmed"
    assert found["TIMED004"]["failure"] == "`good.py` raises an error: ValueError: no data"
    assert found["TIMED005"]["bad_sha256"] is None
    assert document["hardware"]["class"] == "cpu-2core"
    assert document["software"] == {
        "python": "3.11",
        "tensorflow": "2.21.0",
        "keras": "3.15.1",
        "backend": "tensorflow",
    }
    assert json.loads(verify("TIMED001", "--quick", "--output-format", "json").stdout)["records"][0]["quick"]


def test_a_report_is_written(verify):
    assert verify("TIMED001", "TIMED002", "--report", "out.html").exit_code == 0
    page = Path("out.html").read_text()
    assert "slow-loop" in page
    assert "gone-argument" in page
    assert "A made-up program." in page


def test_a_sweep_is_measured_where_it_is_asked_for(verify, evidence):
    assert verify("TIMED001", "--sweep").exit_code == 0
    [record] = json.loads((evidence / FILE).read_text())["records"]
    assert record["sweep"] == {
        "knob": "work",
        "unit": "ms a sample",
        "points": [
            {"value": 0.5, "ratio": 2.5, "interval": [2.5, 2.5]},
            {"value": 2, "ratio": 4.0, "interval": [4.0, 4.0]},
        ],
    }


def test_a_run_that_is_stopped_is_shown_and_taken_up_again(verify, machine, evidence, tmp_path):
    machine.stop_at = 12
    result = verify("TIMED001", "TIMED002")
    assert lines(result.stdout)[1:3] == [
        "TIMED001 slow-loop time  3.0x [3.0, 3.0] inconclusive 0% -> 0% not comparable     2",
        "TIMED001: stopped",
    ]
    assert result.stderr == "Stopped; the same call goes on from here.\n"
    assert result.exit_code == 130
    assert not evidence.exists()
    assert len(list((tmp_path / "state" / "keraslint" / "verify").iterdir())) == 1
    done = len(machine.requests)
    assert verify("TIMED001", "TIMED002").exit_code == 0
    # What was left: two blocks, the second pair of runs in memory, and the other rule.
    assert len(machine.requests) - done == 10 + 2 + 2
    assert codes(evidence / FILE) == ["TIMED001", "TIMED002"]
    assert list((tmp_path / "state" / "keraslint" / "verify").iterdir()) == []


def test_a_request_to_end_stops_it_like_ctrl_c(verify, machine, monkeypatch):
    def ended(request: Request) -> Run:
        os.kill(os.getpid(), signal.SIGTERM)
        return machine.execute(request)

    monkeypatch.setattr(verifying, "execute", ended)
    result = verify("TIMED001", "TIMED002")
    assert lines(result.stdout)[2] == "TIMED001: stopped"
    assert result.exit_code == 130
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_programs_run_in_a_folder_that_nothing_is_left_in(verify, machine, project):
    verify("TIMED001")
    assert machine.left_over == []
    folders = {request.program.folder for request in machine.requests}
    assert len(folders) == 2
    assert not any(folder.exists() for folder in folders)
    assert list(project.iterdir()) == []


def test_the_limits_reach_the_runs(verify, machine):
    verify("TIMED001", "--max-runs", "8")
    assert len(machine.requests) <= 8
    machine.requests.clear()
    verify("TIMED006", "--budget", "30s")
    assert len(machine.requests) <= 7


def test_the_backend_and_the_device_reach_the_programs(verify, machine):
    verify("TIMED002")
    assert dict(machine.requests[0].program.environment) == {"KERAS_BACKEND": "tensorflow"}
    assert machine.requests[0].program.python == Path(sys.executable)
    verify("TIMED002", "--device", "cpu", "--python", "/usr/bin/other")
    program = machine.requests[-1].program
    assert program.environment["CUDA_VISIBLE_DEVICES"] == "-1"
    assert program.python == Path("/usr/bin/other")


def test_no_gpu_where_one_is_asked_for(verify, monkeypatch):
    result = verify("--device", "gpu")
    assert result.stderr == "error: no GPU to measure on: `nvidia-smi` finds none\n"
    assert result.exit_code == 2
    monkeypatch.setattr(bench.hardware, "nvidia_cards", lambda: Accelerators("NVIDIA H100", 1, "550.1"))
    monkeypatch.setattr(bench.software, "count_accelerators", lambda software, environment: 0)
    result = verify("--device", "gpu")
    assert result.stderr == "error: no GPU to measure on: tensorflow does not find the NVIDIA H100\n"
    assert "On cpu-2core, " in verify("TIMED002").stdout
    monkeypatch.setattr(bench.software, "count_accelerators", lambda software, environment: 2)
    assert "On gpu-nvidia-h100-x2, " in verify("TIMED002", "--device", "gpu").stdout


def test_a_busy_machine_is_said(verify, monkeypatch):
    monkeypatch.setattr(bench, "observe", lambda: Conditions(3.0, 0.6, None, None))
    assert verify("TIMED002").stderr == (
        "warning: other processes keep 60% of the processors busy: figures will be noisy\n"
    )


def test_software_that_is_missing_is_said(verify, monkeypatch):
    def find(python: Path, backend: str) -> Software:
        raise NoSoftwareError(f"{backend} is not installed for `{python}`")

    monkeypatch.setattr(bench.software, "find", find)
    result = verify("--python", "/opt/python", "--backend", "jax")
    assert result.stderr == "error: jax is not installed for `/opt/python`\n"
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"numpy", "psutil"}, "numpy and psutil are"),
        ({"psutil"}, "psutil is"),
    ],
)
def test_what_verify_needs_is_said(keraslint_cli, monkeypatch, missing, words):
    from importlib import util

    find_spec = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name in missing else find_spec(name))
    result = keraslint_cli("verify")
    assert result.stderr == f"error: {words} not installed: `pip install 'keraslint[verify]'`\n"
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("TIMED999",), "error: unknown rule `TIMED999`; did you mean `TIMED00"),
        (("--report", "nowhere/out.html"), "error: nowhere: no such folder"),
        (("--budget", "soon"), "`soon` is no duration such as `90s`, `10m` or `1h`."),
        (("--budget", "0"), "`0` is no duration"),
        (("--max-runs", "0"), "Invalid value for '--max-runs'"),
    ],
)
def test_a_wrong_call(verify, machine, arguments, words):
    result = verify(*arguments)
    assert words in result.stderr
    assert result.exit_code == 2
    assert machine.requests == []


def test_check_imports_nothing_that_verify_needs(tmp_path: Path):
    (tmp_path / "train.py").write_text("import keras\nkeras.Sequential().fit(x, workers=2)\n")
    program = (
        "import sys; from keraslint.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = ('tensorflow', 'keras', 'numpy', 'psutil', 'jinja2', 'keraslint.verify')\n"
        "named = [name for name in sys.modules if name in heavy or name.startswith(tuple(f'{each}.' for each in heavy))]\n"
        "print(named)"
    )
    for arguments in (("check", "train.py"), ("rule", "KL106"), ("facts", "train.py"), ("--help",)):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]"
