import json
from pathlib import Path

import pytest

from keraslint.config import load
from keraslint.targets import CodeEvidence
from keraslint.targets import Detected
from keraslint.targets import DetectedTarget
from keraslint.targets import TargetFinder


def found(
    root: Path,
    files: dict[str, str] | None = None,
    folder: str = "",
    texts: dict[str, str] | None = None,
    evidence: CodeEvidence | None = None,
    **settings: object,
) -> DetectedTarget:
    for name, text in (files or {}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    overrides = {key.replace("_", "-"): value for key, value in settings.items()}
    return TargetFinder(root, root).find(root / folder, load(None, overrides, root), texts, evidence)


CURRENT = DetectedTarget(Detected(3), Detected(None), Detected("tensorflow"))


def test_without_a_clue_everything_is_current(tmp_path):
    assert found(tmp_path) == CURRENT


@pytest.mark.parametrize(
    ("requirement", "keras", "tensorflow"),
    [
        ("tensorflow==2.12", 2, (2, 12)),
        ("tensorflow==2.12.*", 2, (2, 12)),
        ("tensorflow==2.15.1", 2, (2, 15)),
        ("tensorflow==2.4.14", 2, (2, 4)),
        ("tensorflow[and-cuda]==2.15.0", 2, (2, 15)),
        ("tensorflow-gpu==1.14.0", 2, (1, 14)),
        ("tensorflow_cpu~=2.4.0", 2, (2, 4)),
        ("tensorflow<2.16", 2, (2, 15)),
        ("tensorflow<=2.15", 2, (2, 15)),
        ("tensorflow>=2.2,<2.11", 2, (2, 10)),
        ("tensorflow>=2.2,<2.11,!=2.10.*", 2, (2, 9)),
        ("tensorflow>=2.8 ; python_version < '3.11'\ntensorflow<2.12", 2, (2, 11)),
        ("tensorflow==2.9; sys_platform == 'linux'\ntensorflow-macos==2.10", 2, (2, 10)),
        ("tensorflow<2", 2, (1, 15)),
        ("tensorflow==2.16.0rc0", 3, (2, 16)),
        ("tensorflow==2.18.0", 3, (2, 18)),
        ("tensorflow==2.40.1", 3, (2, 40)),
        ("tensorflow>=2.4,<2.19", 3, (2, 18)),
        ("tensorflow>=2.16", 3, None),
        ("tensorflow>=2.2", 3, None),
        ("tensorflow", 3, None),
        ("tensorflow>=2.4,<3", 3, None),
        ("tensorflow~=2.4", 3, None),
        ("keras<3", 2, (2, 15)),
        ("keras==2.2.4", 2, (2, 15)),
        ("keras==1.2.2", 2, (2, 15)),
        ("keras>=2.4", 3, None),
        ("keras", 3, None),
        ("keras>=3", 3, None),
        ("keras>=3.0,<4", 3, None),
        ("keras==2.2.4\ntensorflow==1.13.1", 2, (1, 13)),
        ("keras>=3\ntensorflow==2.17", 3, (2, 17)),
        ("tf-keras", 2, (2, 15)),
        ("tf_keras==2.17\ntensorflow==2.17", 2, (2, 17)),
        ("keras-nightly", 3, None),
        ("keras-tuner==1.0\ntensorflow-datasets<3\nmy-tensorflow==1.0", 3, None),
    ],
)
def test_ranges_are_judged_by_the_newest_release_that_they_allow(tmp_path, requirement, keras, tensorflow):
    target = found(tmp_path, {"requirements.txt": f"numpy\n{requirement}\n"})
    assert (target.keras.value, target.tensorflow.value) == (keras, tensorflow)


@pytest.mark.parametrize(
    ("requirement", "where"),
    [
        ("tensorflow==2.12", "requirements.txt:2 (tensorflow==2.12)"),
        ("keras<3", "requirements.txt:2 (keras<3)"),
        ("tensorflow>=2.2", "default"),
    ],
)
def test_a_target_says_where_it_was_found(tmp_path, requirement, where):
    assert found(tmp_path, {"requirements.txt": f"numpy\n{requirement}  # why\n"}).keras.where == where


TENSORFLOW_2_10 = {
    "pyproject.toml": '[project]\nname = "x"\ndependencies = [\n  "numpy",\n  "tensorflow>=2.4,<2.11",\n]\n',
    "setup.cfg": "[options]\ninstall_requires =\n    numpy\n    tensorflow<2.11\n",
    "setup.py": 'from setuptools import setup\n\nsetup(name="keras", install_requires=["numpy", "tensorflow<2.11"])\n',
    "requirements.txt": "--index-url https://x\nnumpy==1.2\ntensorflow==2.10.1 \\\n    --hash=sha256:12\n",
    "requirements-gpu.txt": "tensorflow==2.10.1 --hash=sha256:12\n",
    "gpu_requirements.txt": "tensorflow==2.10.1\n",
    "requirements/base.txt": "tensorflow==2.10.1\n",
    "poetry.lock": '[[package]]\nname = "tensorflow"\nversion = "2.10.1"\ndescription = ""\n',
    "uv.lock": 'version = 1\n\n[[package]]\nname = "tensorflow"\nversion = "2.10.1"\nsource = { registry = "x" }\n',
    "Pipfile.lock": json.dumps(
        {"_meta": {}, "default": {"tensorflow": {"version": "==2.10.1"}}, "develop": {}}, indent=4
    ),
    "environment.yml": "name: x\ndependencies:\n  - python=3.9\n  - tensorflow=2.10\n",
    "environment-gpu.yaml": "dependencies:\n  - conda-forge::tensorflow-gpu=2.10.0=gpu_py39  # why\n",
    "env.yml": 'dependencies:\n  - pip:\n    - "tensorflow[and-cuda]==2.10.*"\n',
    "conda.yml": "dependencies:\n  - tensorflow >=2.4,<2.11\n",
    "Pipfile": '[packages]\ntensorflow = "~=2.10.0"\n',
    "binder/requirements.txt": "tensorflow==2.10.1\n",
    ".binder/environment.yml": "dependencies:\n  - pip:\n    - tensorflow==2.10.1\n",
}


@pytest.mark.parametrize("name", TENSORFLOW_2_10)
def test_every_kind_of_dependency_file_is_read(tmp_path, name):
    text = TENSORFLOW_2_10[name]
    target = found(tmp_path, {name: text})
    assert (target.keras.value, target.tensorflow.value) == (2, (2, 10))
    row = next(row for row, line in enumerate(text.splitlines(), start=1) if "tensorflow" in line)
    assert target.keras.where.startswith(f"{name}:{row} (tensorflow")


@pytest.mark.parametrize(
    "text",
    [
        '[project.optional-dependencies]\ntrain = ["tensorflow==2.10"]\n',
        '[dependency-groups]\ndev = [{include-group = "x"}, "tensorflow==2.10"]\n',
        '[tool.poetry.dependencies]\ntensorflow = "~2.10"\n',
        '[tool.poetry.dependencies]\ntensorflow = "2.10.0"\n',
        '[tool.poetry.dependencies]\ntensorflow = {version = "2.10.*", optional = true}\n',
        '[tool.poetry.dependencies]\ntensorflow = [{version = "~2.10", python = ">3"}, {version = "2.9"}]\n',
        '[tool.poetry.group.ml.dependencies]\ntensorflow = ">=2.8, <2.11"\n',
        '[tool.pdm.dev-dependencies]\nml = ["tensorflow<2.11"]\n',
        '[tool.uv]\ndev-dependencies = ["tensorflow<2.11"]\n',
    ],
)
def test_every_table_of_pyproject_is_read(tmp_path, text):
    target = found(tmp_path, {"pyproject.toml": text})
    assert (target.keras.value, target.tensorflow.value) == (2, (2, 10))


def test_carets_of_poetry_are_understood(tmp_path):
    assert (
        found(tmp_path, {"pyproject.toml": '[tool.poetry.dependencies]\nkeras = "^2.4"\n'}).keras.value == 2
    )
    assert found(tmp_path, {"pyproject.toml": '[tool.poetry.dependencies]\nkeras = "^3"\n'}).keras.value == 3
    assert found(tmp_path, {"pyproject.toml": '[tool.poetry.dependencies]\nkeras = "*"\n'}).keras == Detected(
        3
    )


def test_files_count_in_the_order_of_the_catalogue(tmp_path):
    files = {
        "pyproject.toml": '[project]\ndependencies = ["tensorflow>=2.2"]\n',
        "requirements.txt": "tensorflow==2.12\n",
        "uv.lock": '[[package]]\nname = "tensorflow"\nversion = "2.18.0"\n',
    }
    assert found(tmp_path, files).tensorflow == Detected((2, 12), "requirements.txt:1 (tensorflow==2.12)")
    files["pyproject.toml"] = '[project]\ndependencies = ["tensorflow==2.17"]\n'
    assert found(tmp_path, files).tensorflow.value == (2, 17)


def test_an_open_range_leaves_it_to_the_lock_file(tmp_path):
    files = {
        "pyproject.toml": '[project]\ndependencies = ["tensorflow>=2.2"]\n',
        "poetry.lock": '[[package]]\r\nname = "tensorflow"\r\nversion = "2.11.0"\r\n',
    }
    assert found(tmp_path, files).tensorflow.value == (2, 11)


def test_the_nearest_folder_of_the_project_counts(tmp_path):
    files = {"requirements.txt": "tensorflow==2.18", "examples/old/requirements.txt": "tensorflow==2.4"}
    assert found(tmp_path, files, "examples/old/deep").tensorflow.value == (2, 4)
    assert found(tmp_path, files, "examples/new").tensorflow.value == (2, 18)


def test_folders_above_the_project_do_not_count(tmp_path):
    (tmp_path / "requirements.txt").write_text("tensorflow==2.4")
    project = tmp_path / "project"
    project.mkdir()
    assert found(project) == CURRENT


def test_requirements_that_are_included_count(tmp_path):
    files = {"requirements.txt": "-r deps/base.in\n", "deps/base.in": "tensorflow==2.4\n"}
    assert found(tmp_path, files).tensorflow.value == (2, 4)


def test_what_pip_froze_on_windows_is_read(tmp_path):
    (tmp_path / "requirements.txt").write_bytes("numpy\r\ntensorflow==2.10.0\r\n".encode("utf-16"))
    assert found(tmp_path).tensorflow.value == (2, 10)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "project = 3\ntool = []\n"),
        (
            "pyproject.toml",
            '[project]\ndependencies = [3, "tensorflow ?? 2"]\noptional-dependencies = {a = 1}\n',
        ),
        ("setup.cfg", "no section\n"),
        ("setup.cfg", "[options]\ninstall_requires = %(x)s ???\n"),
        ("setup.py", "setup('tensorflow==x', version='2.1')"),
        ("requirements.txt", "tensorflow @ https://x/tensorflow-2.1.whl\n???\n-r gone.txt\n"),
        ("poetry.lock", '[[package]]\nname = "tensorflow"\nversion = "odd"\n'),
        ("Pipfile.lock", "{"),
        ("Pipfile.lock", '{"default": {"tensorflow": 3}, "develop": []}'),
        ("environment.yml", "dependencies:\n  - tensorflow=x\n  - \n"),
        ("Pipfile", "[packages\n"),
    ],
)
def test_broken_files_count_for_nothing(tmp_path, name, text):
    assert found(tmp_path, {name: text}) == CURRENT


def test_settings_come_first(tmp_path):
    files = {"requirements.txt": "tensorflow==2.12"}
    target = found(tmp_path, files, target_keras=3)
    assert (target.keras, target.tensorflow) == (Detected(3, "command line"), Detected(None))
    target = found(tmp_path, files, target_keras=2)
    assert (target.keras.where, target.tensorflow.value) == ("command line", (2, 12))
    target = found(tmp_path, files, target_tensorflow="2.4")
    assert target.tensorflow == Detected((2, 4), "command line")
    assert target.keras == Detected(2, "command line")
    target = found(tmp_path, {}, target_tensorflow="2.18")
    assert target.tensorflow == Detected((2, 18), "command line")


def test_keras_2_with_no_tensorflow_means_the_last_that_brought_it(tmp_path):
    assert found(tmp_path, target_keras=2).tensorflow == Detected((2, 15), "the last with Keras 2")


@pytest.mark.parametrize(
    "line",
    [
        'os.environ["TF_USE_LEGACY_KERAS"] = "1"',
        "os.environ['TF_USE_LEGACY_KERAS']='True'",
        'os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")',
        "%env TF_USE_LEGACY_KERAS=1",
        'env = {"TF_USE_LEGACY_KERAS": "1"}',
    ],
)
def test_legacy_keras_in_the_code_means_2(tmp_path, line):
    files = {"requirements.txt": "tensorflow==2.18"}
    target = found(tmp_path, files, texts={"train.py": f"import os\n{line}\n"})
    assert target.keras == Detected(2, "train.py:2 (TF_USE_LEGACY_KERAS)")
    assert target.tensorflow.value == (2, 18)


@pytest.mark.parametrize(
    "line", ['# os.environ["TF_USE_LEGACY_KERAS"] = "1"', 'os.environ["TF_USE_LEGACY_KERAS"] = "0"']
)
def test_legacy_keras_that_is_off_means_nothing(tmp_path, line):
    assert found(tmp_path, texts={"train.py": line}) == CURRENT


def test_environment_files_count_like_the_code(tmp_path):
    assert (
        found(tmp_path, {".env": "A=1\nTF_USE_LEGACY_KERAS=1\n"}).keras.where
        == ".env:2 (TF_USE_LEGACY_KERAS)"
    )
    assert found(tmp_path, {".env": "KERAS_BACKEND=jax\n"}).backend == Detected(
        "jax", ".env:1 (KERAS_BACKEND)"
    )


def test_an_open_lower_bound_excludes_the_tensorflow_that_stray_code_was_written_for(tmp_path):
    graph = CodeEvidence(tensorflow_1=("legacy.py:5 (tf.contrib)",))
    assert found(tmp_path, {"requirements.txt": "tensorflow>=2.2"}, evidence=graph) == CURRENT


def test_names_of_both_tensorflows_tell_nothing(tmp_path):
    graph = ("inspect.py:5 (tf.Session)",)
    both = CodeEvidence(tensorflow_1=graph, tensorflow_2=("train.py:3 (tf.random.set_seed)",))
    assert found(tmp_path, {}, evidence=both) == CURRENT
    assert found(tmp_path, {}, evidence=CodeEvidence(tensorflow_1=graph)).keras.value == 2


def test_the_code_decides_where_files_do_not(tmp_path):
    old = CodeEvidence(keras_2=("train.py:3 (nb_epoch)",))
    new = CodeEvidence(keras_3=("train.py:4 (keras.ops)",))
    both = CodeEvidence(keras_2=old.keras_2, keras_3=new.keras_3)
    graph = CodeEvidence(tensorflow_1=("train.py:5 (tf.placeholder)",))
    open_range = {"requirements.txt": "tensorflow>=2.2"}
    assert found(tmp_path, open_range, evidence=old).keras == Detected(2, "train.py:3 (nb_epoch)")
    assert found(tmp_path, open_range, evidence=new).keras == Detected(3, "train.py:4 (keras.ops)")
    assert found(tmp_path, open_range, evidence=both).keras == Detected(3)
    target = found(tmp_path, {"requirements.txt": "tensorflow>=1.12"}, evidence=graph)
    assert (target.keras.value, target.tensorflow) == (2, Detected((1, 15), "train.py:5 (tf.placeholder)"))
    assert found(tmp_path, {"requirements.txt": "tensorflow==2.18"}, evidence=old).keras.value == 3


@pytest.mark.parametrize(
    ("text", "backend"),
    [
        ('os.environ["KERAS_BACKEND"] = "jax"', "jax"),
        ("import os\nos.environ.setdefault('KERAS_BACKEND', 'torch')", "torch"),
        ("os.environ['KERAS_BACKEND'] = backend", "tensorflow"),
        ("os.environ['KERAS_BACKEND'] = 'theano'", "tensorflow"),
        ("# os.environ['KERAS_BACKEND'] = 'jax'", "tensorflow"),
        ("if os.environ['KERAS_BACKEND'] == 'jax': pass", "tensorflow"),
        (
            "if a:\n  os.environ['KERAS_BACKEND'] = 'jax'\nelse:\n  os.environ['KERAS_BACKEND'] = 'torch'",
            "tensorflow",
        ),
    ],
)
def test_the_backend_is_read_from_the_code(tmp_path, text, backend):
    assert found(tmp_path, texts={"train.py": text}).backend.value == backend


def test_the_backend_says_where_it_was_found(tmp_path):
    texts = {"train.py": 'import os\nos.environ["KERAS_BACKEND"] = "jax"\n'}
    assert found(tmp_path, texts=texts).backend == Detected("jax", "train.py:2 (KERAS_BACKEND)")
    assert found(tmp_path, texts=texts, backend="torch").backend == Detected("torch", "command line")
    assert found(tmp_path, texts=texts, target_keras=2).backend == Detected("tensorflow")
