"""A few pairs for real: that they are measured and compared, never how fast they are."""

import sys
from pathlib import Path

from keraslint.verify.equality import compare
from keraslint.verify.execution import execute
from keraslint.verify.measurement import Verdict
from keraslint.verify.measuring import Limits
from keraslint.verify.measuring import Pair
from keraslint.verify.measuring import Tools
from keraslint.verify.measuring import measure
from keraslint.verify.pairs import clearing
from keraslint.verify.run import Program
from keraslint.verify.store import State

PROGRAM = """\
import keras
import numpy as np

keras.utils.set_random_seed(0)
x = np.arange(64, dtype="float32").reshape(32, 2) / 64
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x, x[:, 0], batch_size=4, epochs=2, verbose=VERBOSE)
open("left_over.txt", "x").close()
"""


def test_a_short_session(tmp_path: Path) -> None:
    programs = []
    for name, verbose in (("bad", 2), ("good", 0)):
        folder = tmp_path / name
        folder.mkdir()
        script = folder / f"{name}.py"
        script.write_text(PROGRAM.replace("VERBOSE", str(verbose)))
        environment = {"KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1"}
        programs.append(Program(script, folder, Path(sys.executable), (), environment))
    pair = Pair("KL999", "chatty-fit", "time", "time", *programs)
    state = State(seed=1)
    found = measure(pair, Tools(clearing(execute), compare), Limits(max_runs=7), state)
    assert (found.failure, found.error) == ("", "")
    assert (found.pairs, found.verdict) == (2, Verdict.INCONCLUSIVE)
    assert found.equality is not None
    assert found.equality.verdict == "exact"
    assert found.ratio is not None
    assert found.noise is not None
    assert found.wall_ratio is not None
    for side in (found.bad, found.good):
        assert side is not None
        assert len(side.step_times) == 15
        assert side.steady > 0
        assert side.startup > 0
        assert side.peak_memory > 0
    assert state.runs == 7
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["bad.py", "good.py"]
