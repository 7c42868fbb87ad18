"""Edit small projects at random, and compare what is found with a cache that saw every step and without one.

Each sequence begins with a project of a few files and an empty cache, and changes one thing after the
other: files, their names and places, settings, dependency files, what git ignores, measurements of the
user's own, the rule packs that are installed, which files are asked for, and the bytes of the cache. After
every step both runs must report the same::

    python benchmarks/edits.py [--sequences N] [--steps N] [--seed N]
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from functools import lru_cache
from functools import partial
from hashlib import sha256
from pathlib import Path

from keraslint import evidence
from keraslint.catalogue import Catalogue
from keraslint.catalogue import installed
from keraslint.config import Configurations
from keraslint.inputs import Input
from keraslint.inputs import with_surroundings
from keraslint.plan import plan_for
from keraslint.report import json
from keraslint.runner import Options
from keraslint.runner import run
from keraslint.source.discovery import discover
from keraslint.source.text import display_name

PACK = Path(__file__).resolve().parents[1] / "examples" / "keraslint-acme" / "acme_rules"
NAMES = ("train", "data", "models", "helper", "pkg/__init__", "pkg/data", "pkg/nets", "tests/test_train")
HELPERS = ("def finish(ds):\n    return ds\n", "def finish(ds):\n    return ds.prefetch(2)\n")
BEGINNING = {
    "train.py": """\
from tensorflow import keras
from data import make

model = keras.Sequential([keras.layers.Dense(2)])
model.fit(make(), epochs=30, validation_data=make(), workers=4)
""",
    "data.py": """\
import tensorflow as tf
from helper import finish

def make():
    files = tf.data.Dataset.list_files("*")
    return finish(files.map(tf.io.read_file).map(tf.io.decode_jpeg).batch(8))
""",
    "helper.py": HELPERS[0],
    # Only of older releases something is told that was measured.
    "requirements.txt": "tensorflow==2.8\n",
}
PIECES = (
    "import keras\n",
    "import tensorflow as tf\nfrom tensorflow import keras\n",
    "from data import make\n",
    "from pkg.data import *\n",
    "from pkg import nets\nimport models\n",
    "from helper import finish\n",
    *HELPERS,
    "def make():\n    return tf.data.Dataset.list_files('*').map(tf.io.read_file).map(tf.io.decode_jpeg).batch(8)\n",
    "def make(ds=None):\n    return tf.data.Dataset.range(9).shuffle(2).repeat().batch(8).prefetch(2)\n",
    "model = keras.Sequential([keras.layers.Dense(2)])\nmodel.fit(make(), epochs=3, workers=4)\n",
    "model = keras.Sequential([keras.layers.Dense(2)])\nmodel.fit(make(), epochs=3)  # noqa: KL102\n",
    "model = keras.Sequential([])\nmodel.fit(make(), epochs=30, validation_data=make())\n",
    "# keraslint: ignore-file[KL202]\n",
    "for _ in range(9):\n    model.predict(x)  # a single one is enough here, on purpose\n",
    "def broken(:\n",
    "keras.layers.CuDNNLSTM(3)\n",
    "# é\n",
)
SETTINGS = (
    "",
    'select = ["ALL"]\n',
    'select = ["data"]\nextend-select = ["KL001"]\n',
    'ignore = ["KL102"]\n',
    'min-severity = "warning"\n',
    "target-keras = 2\n",
    'target-tensorflow = "2.8"\n',
    'backend = "jax"\n',
    'exclude = ["pkg"]\n',
    'per-file-ignores = {"train.py" = ["KL1"]}\n',
    'src = ["pkg"]\n',
    'extend-safe-fixes = ["ALL"]\n',
)
NEEDS = (
    "tensorflow==2.8\n",
    "tensorflow==2.10\n",
    "tensorflow>=2.18\nkeras>=3\n",
    "-r more.in\n",
    "tf-keras\n",
    "",
)
EVIDENCE = """{"schema": 1, "hardware": {"class": "cpu-2core"}, "software": {"tensorflow": "2.21.0"}, "records": [
{"code": "KL102", "claim": "time", "verdict": "confirmed", "ratio": %s, "interval": [1.1, 9.9], "bad_sha256": "%s",
"good_sha256": "%s"}]}"""


class Project:
    """A project on disk that changes at random."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder = folder / "project"
        self._evidence = folder / "data" / "keraslint" / "evidence"
        self._cache = folder / "cache"
        self._chance = chance
        self._folder.mkdir()
        self._evidence.mkdir(parents=True)
        (self._folder / "pyproject.toml").touch()
        for name, text in BEGINNING.items():
            (self._folder / name).write_text(text, encoding="utf-8")
        for name in chance.sample(NAMES, 2):
            self._write(name)

    def step(self) -> str:
        """Change something; return what."""
        edits: tuple[Callable[[], None], ...] = (
            self._edit,
            self._edit,
            self._new,
            self._rename,
            self._delete,
            self._help,
            self._configure,
            self._configure,
            self._need,
            self._need,
            self._ignore,
            self._measure,
            self._measure,
            installation().change,
            self._copy,
            self._damage,
        )
        edit = self._chance.choice(edits)
        edit()
        return edit.__name__.strip("_")

    def asked(self) -> Sequence[str]:
        """What to check next: mostly everything."""
        files = [path.relative_to(self._folder).as_posix() for path in self._files()]
        if not files or self._chance.random() < 0.7:
            return (".",)
        return self._chance.sample(files, self._chance.randint(1, len(files)))

    def findings(self, paths: Sequence[str], *, cached: bool) -> str:
        """What ``check --output-format json`` says, and what it counts."""
        # What was measured is read once by every process, and here many runs are one.
        for remembered in (evidence._own, evidence.evidence_of):
            remembered.cache_clear()
        configurations = Configurations(self._folder)
        rules = installation().catalogue
        plan = lru_cache(partial(plan_for, registry=rules.registry))
        found = discover(paths, configurations, self._folder)
        asked = [
            Input(path, display_name(path, self._folder), plan(configurations.for_folder(path.parent)))
            for path in found.files
        ]
        inputs = with_surroundings(asked, configurations, plan, found.folders)
        options = Options(self._folder, 1, self._cache if cached else None, rules)
        outcome = run(inputs, options, lambda *_: None)
        return f"{json.report(outcome)}\n{outcome.hidden}"

    def _files(self) -> list[Path]:
        return sorted(self._folder.rglob("*.py"))

    def _write(self, name: str) -> None:
        path = self._folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(self._chance.choices(PIECES, k=self._chance.randint(1, 5))), encoding="utf-8")

    def _any(self) -> Path | None:
        return self._chance.choice(files) if (files := self._files()) else None

    def _edit(self) -> None:
        if (path := self._any()) is not None:
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            at = self._chance.randint(0, len(lines))
            if self._chance.random() < 0.5:
                lines.insert(at, self._chance.choice(PIECES))
            else:
                del lines[at : at + 1]
            path.write_text("".join(lines), encoding="utf-8")

    def _new(self) -> None:
        self._write(self._chance.choice(NAMES))

    def _rename(self) -> None:
        if (path := self._any()) is not None:
            target = self._folder / f"{self._chance.choice(NAMES)}.py"
            target.parent.mkdir(exist_ok=True)
            path.replace(target)

    def _copy(self) -> None:
        if (path := self._any()) is not None:
            (self._folder / f"copy_{path.name}").write_bytes(path.read_bytes())

    def _delete(self) -> None:
        if (path := self._any()) is not None:
            path.unlink()

    def _help(self) -> None:
        (self._folder / "helper.py").write_text(self._chance.choice(HELPERS), encoding="utf-8")

    def _configure(self) -> None:
        settings, own = self._chance.choice(SETTINGS), self._folder / "keraslint.toml"
        if self._chance.random() < 0.5:
            own.write_text(settings, encoding="utf-8")
        else:
            own.unlink(missing_ok=True)
            text = f"[tool.keraslint]\n{settings}"
            (self._folder / "pyproject.toml").write_text(text, encoding="utf-8")

    def _need(self) -> None:
        name = self._chance.choice(("requirements.txt", "pkg/requirements.txt", "more.in"))
        (self._folder / name).parent.mkdir(exist_ok=True)
        (self._folder / name).write_text(self._chance.choice(NEEDS), encoding="utf-8")

    def _ignore(self) -> None:
        (self._folder / ".git").mkdir(exist_ok=True)
        text = self._chance.choice(("", "pkg\n", "data.py\n", "*.py\n!train.py\n"))
        (self._folder / ".gitignore").write_text(text, encoding="utf-8")

    def _damage(self) -> None:
        files = sorted(path for path in self._cache.rglob("*") if path.is_file())
        for path in self._chance.sample(files, min(2, len(files))):
            data = bytearray(path.read_bytes())
            at = self._chance.randrange(len(data) or 1)
            if self._chance.random() < 0.5:
                del data[at:]
            else:
                data[at : at + 1] = [self._chance.randrange(256)]
            path.write_bytes(data)

    def _measure(self) -> None:
        rule = installation().catalogue.registry.find("KL102")
        assert rule is not None
        hashes = tuple(sha256(rule.fixture(name) or b"").hexdigest() for name in ("bad.py", "good.py"))
        text = self._chance.choice(("", *[EVIDENCE % (ratio, *hashes) for ratio in (3, 7)]))
        (self._evidence / "mine.json").write_text(text, encoding="utf-8")


class Installation:
    """What is installed: keraslint alone, or a rule pack beside it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._catalogues: dict[bool, Catalogue] = {}
        metadata = Path(self._folder.name) / "keraslint_acme-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: keraslint-acme\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("[keraslint.rules]\nacme = acme_rules\n")
        (metadata.parent / "acme_rules").symlink_to(PACK)

    @property
    def has_pack(self) -> bool:
        """Whether the rule pack is there."""
        return self._folder.name in sys.path

    @property
    def catalogue(self) -> Catalogue:
        """The installed rules."""
        if self.has_pack not in self._catalogues:
            with tempfile.TemporaryDirectory() as folder:
                self._catalogues[self.has_pack] = installed(Path(folder))
        return self._catalogues[self.has_pack]

    def change(self) -> None:
        """Install the rule pack, or remove it."""
        if self.has_pack:
            sys.path.remove(self._folder.name)
        else:
            sys.path.append(self._folder.name)


@lru_cache(maxsize=1)
def installation() -> Installation:
    """Return what is installed in this process."""
    return Installation()


def differences(seed: int, steps: int) -> Iterator[str]:
    """The steps of a sequence after which the cache says something else than a run without one."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = f"{folder}/data"
        project = Project(Path(folder), chance)
        told = ["begin"]
        for _ in range(steps):
            asked = project.asked()
            if project.findings(asked, cached=True) != project.findings(asked, cached=False):
                yield f"seed {seed}: {', '.join(told)}; asked for {' '.join(asked)}"
            told.append(project.step())
    if installation().has_pack:
        installation().change()


def main() -> int:
    """Run the sequences; return 1 where a cache was wrong."""
    parser = argparse.ArgumentParser(description="Compare runs with and without a cache.")
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=8, help="steps of each sequence")
    parser.add_argument("--seed", type=int, default=0, help="that of the first sequence")
    options = parser.parse_args()
    wrong = 0
    for seed in range(options.seed, options.seed + options.sequences):
        for line in differences(seed, options.steps):
            wrong += 1
            sys.stdout.write(f"{line}\n")
        if not (seed + 1) % 100:
            sys.stdout.write(f"seeds {options.seed} to {seed}: {wrong} wrong\n")
        sys.stdout.flush()
    sys.stdout.write(f"{options.sequences} sequences of {options.steps} steps, {wrong} wrong\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
