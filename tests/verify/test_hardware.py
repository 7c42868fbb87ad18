import getpass
import json
import platform
from pathlib import Path
from types import SimpleNamespace

import pytest

from keraslint.verify import conditions
from keraslint.verify import hardware
from keraslint.verify.conditions import Conditions
from keraslint.verify.hardware import Accelerators
from keraslint.verify.hardware import Hardware
from keraslint.verify.hardware import cpu_class
from keraslint.verify.hardware import describe
from keraslint.verify.hardware import nvidia_cards
from keraslint.verify.hardware import usable_cores
from keraslint.verify.hardware import usable_memory


@pytest.mark.parametrize(
    ("card", "name"),
    [
        ("NVIDIA H100 80GB HBM3", "gpu-nvidia-h100-x1"),
        ("NVIDIA A100-SXM4-40GB", "gpu-nvidia-a100-x1"),
        ("NVIDIA H200", "gpu-nvidia-h200-x1"),
        ("NVIDIA GeForce RTX 3090", "gpu-nvidia-geforce-rtx-3090-x1"),
        ("Tesla T4", "gpu-nvidia-tesla-t4-x1"),
    ],
)
def test_the_class_of_a_machine_with_a_card(card: str, name: str):
    assert Hardware("Xeon", 16, 128, "Linux 6.1", Accelerators(card, 1, "550.1")).name == name


def test_the_class_of_a_machine_without():
    assert Hardware("Xeon", 2, 24, "Linux 6.1").name == "cpu-2core"


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("Intel(R) Xeon(R) CPU @ 2.20GHz", "Intel Xeon"),
        ("Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", "Intel Core i7-8550U"),
        ("AMD EPYC 7763 64-Core Processor", "AMD EPYC 7763"),
        ("Apple M2 Pro", "Apple M2 Pro"),
    ],
)
def test_a_processor_by_its_class(model: str, words: str):
    assert cpu_class(model) == words


def test_a_processor_without_a_name_is_called_by_its_kind():
    assert cpu_class("") == platform.machine()


def test_the_machine_at_hand_is_described_without_names():
    told = describe(Accelerators("NVIDIA H100 80GB HBM3", 2, "550.1")).as_mapping()
    assert told["class"] == "gpu-nvidia-h100-x2"
    assert (told["accelerator"], told["accelerators"], told["driver"]) == (
        "NVIDIA H100 80GB HBM3",
        2,
        "550.1",
    )
    assert told["cores"] >= 1
    assert told["memory_gb"] >= 1
    text = json.dumps(told)
    assert platform.node() not in text
    assert getpass.getuser() not in text
    assert platform.release() not in text


def test_a_container_may_use_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hardware.os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    monkeypatch.setattr(hardware.psutil, "virtual_memory", lambda: SimpleNamespace(total=64 * 2**30))
    assert usable_cores(tmp_path) == 8
    assert usable_memory(tmp_path) == 64 * 2**30
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    (tmp_path / "memory.max").write_text(f"{4 * 2**30}\n")
    assert usable_cores(tmp_path) == 2
    assert usable_memory(tmp_path) == 4 * 2**30
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert usable_cores(tmp_path) == 8
    assert usable_memory(tmp_path) == 64 * 2**30


def test_cards_as_the_driver_tells_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nvidia_cards() is None
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA H100, 550.1'\necho 'NVIDIA H100, 550.1'\n")
    program.chmod(0o755)
    assert nvidia_cards() == Accelerators("NVIDIA H100", 2, "550.1")
    program.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed, make sure'\nexit 9\n")
    assert nvidia_cards() is None


def test_conditions_as_far_as_the_system_tells_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(conditions.psutil, "cpu_percent", lambda seconds: 30.0)
    monkeypatch.setattr(conditions.psutil, "getloadavg", lambda: (1.234, 0, 0))
    found = conditions.observe(tmp_path)
    assert found == Conditions(1.23, 0.3, None, None)
    assert found.as_mapping() == {"load": 1.23, "others": 0.3}
    assert found.are_noisy
    for number, governor in enumerate(("powersave", "performance")):
        core = tmp_path / f"cpu{number}"
        (core / "cpufreq").mkdir(parents=True)
        (core / "cpufreq" / "scaling_governor").write_text(f"{governor}\n")
        (core / "thermal_throttle").mkdir()
        (core / "thermal_throttle" / "core_throttle_count").write_text("3\n")
    assert conditions.observe(tmp_path) == Conditions(1.23, 0.3, "performance, powersave", 6)
    assert not Conditions(0.1, 0.05, None, None).are_noisy
