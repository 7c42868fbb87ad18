"""A file is checked with what the project around it says, and alone reported on."""

import json

import nbformat
import pytest
from nbformat import v4

PROJECT = {
    "shop/__init__.py": "",
    "shop/data/__init__.py": "",
    "shop/data/source.py": """\
        import tensorflow as tf

        def decode(path):
            return tf.io.decode_jpeg(tf.io.read_file(path))

        def images():
            files = tf.data.Dataset.list_files("*.jpg")
            options = tf.data.Options()
            options.autotune.enabled = False
            return files.map(decode).batch(32).with_options(options).prefetch(2)
        """,
    "shop/data/cut.py": """\
        from shop.data.source import images

        def shortened(count):
            return images().take(count)
        """,
    "shop/data/__main__.py": "",
    "shop/choose.py": """\
        from .data.cut import shortened

        class Chooser:
            def __init__(self, count):
                self.train = shortened(count)
        """,
    "train.py": """\
        import keras
        from shop.choose import Chooser

        model = keras.Sequential([keras.layers.Dense(2)])
        model.compile(loss="mse")
        model.fit(Chooser(10).train, epochs=2)
        """,
    "notes/unrelated.py": "import keras\nkeras.Sequential([keras.layers.Dense(2)]).fit(x, epochs=500)\n",
    "setup_files.py": "import os\n",
}
FILES = sorted(PROJECT)


@pytest.fixture
def spread(write):
    """A pipeline that is made in one file, passed through two more and fitted in a fourth."""
    for name, text in PROJECT.items():
        write(name, text)


@pytest.fixture
def found(keraslint_cli):
    def run(*arguments: str, given: str | None = None):
        result = keraslint_cli(
            "check",
            *arguments,
            "--output-format",
            "json",
            "--no-cache",
            "--min-severity",
            "warning",
            given=given,
        )
        assert result.exit_code in (0, 1), result.output
        return json.loads(result.stdout)

    return run


def test_a_pipeline_through_four_files_is_one_finding_at_its_cause(found, spread):
    [finding] = found(".")
    assert (finding["code"], finding["filename"], finding["location"]["row"]) == (
        "KL103",
        "shop/data/source.py",
        10,
    )
    [related] = finding["related"]
    assert (related["filename"], related["location"]["row"]) == ("train.py", 6)


@pytest.mark.parametrize("name", FILES)
def test_a_file_and_the_folder_agree_about_the_file(found, spread, name):
    assert found(name) == [each for each in found(".") if each["filename"] == name]


def test_neither_processes_nor_the_order_of_files_matter(found, spread):
    expected = found(".")
    assert found(".", "--jobs", "1") == found(".", "--jobs", "8") == expected
    assert found(*FILES) == found(*reversed(FILES)) == expected
    assert found("shop", "train.py", "notes") == expected


def test_a_list_of_changed_files_is_reported_on_alone(found, spread):
    assert found("train.py", "shop/choose.py") == []
    assert found("train.py", "shop/data/source.py") == found(".")


def test_what_is_known_of_the_files_in_between_depends_on_the_whole(keraslint_cli, spread):
    def calls(*paths: str):
        told = json.loads(keraslint_cli("facts", *paths, "--output-format", "json", "--no-cache").stdout)
        return [(call["filename"], call["data"]) for call in told["training_calls"]], told["pipelines"]

    (training, pipelines), (whole, _) = calls("train.py"), calls(".")
    assert training == [("train.py", "dataset")]
    assert ("notes/unrelated.py", "unknown") in whole
    assert [pipeline["filename"] for pipeline in pipelines] == ["shop/data/source.py"]
    assert calls("shop/data/source.py") == ([], pipelines)
    assert calls("notes/unrelated.py")[1] == []


def test_the_summary_counts_what_stands_in_other_files(keraslint_cli, spread):
    shown = keraslint_cli("check", "train.py", "--no-cache", "--min-severity", "warning").stdout
    assert shown == "All is well in 1 file (1 below the minimum, 1 more in files that were not asked for).\n"
    shown = keraslint_cli("check", "shop/data/cut.py", "--no-cache").stdout
    assert shown == "All is well in 1 file.\n"


def test_standard_input_stands_for_the_file_of_its_name(found, spread):
    name = "shop/data/source.py"
    text = "\n".join(line[8:] for line in PROJECT[name].splitlines())
    assert found("-", "--stdin-filename", name, given=text) == found(name)
    assert found("-", "--stdin-filename", f"./notes/../{name}", given=text)[0]["related"] != []
    parallel = text.replace("map(decode)", "map(decode, num_parallel_calls=2)")
    assert found("-", "--stdin-filename", name, given=parallel) == []
    elsewhere = found("-", "--stdin-filename", "new.py", given=text)
    assert elsewhere == []


def test_standard_input_uses_the_files_around_it(found, spread):
    text = """\
import keras
from shop.data.source import decode, images
keras.Sequential([keras.layers.Dense(2)]).fit(images().map(decode).prefetch(2))
"""
    [finding] = found("-", given=text)
    assert (finding["code"], finding["filename"]) == ("KL103", "-")


def test_broken_files_around_a_file_are_not_its_errors(found, write, spread):
    expected = found("train.py"), found("shop/data/source.py")
    write("broken.py", "import keras\nfrom shop.data.source import images\ndef\n")
    write("binary.py").write_bytes(b"keras\0")
    write("broken.ipynb", '{"keras": 1}')
    assert (found("train.py"), found("shop/data/source.py")) == expected
    assert [each["code"] for each in found("broken.py")] == ["KL000"]


def test_files_that_the_settings_leave_out_tell_nothing(found, write, spread):
    write("keraslint.toml", 'extend-exclude = ["train.py"]\n')
    assert found("shop/data/source.py") == found(".") == []
    assert found("train.py") == []


def test_a_project_inside_a_project_is_none_of_its_files(found, write):
    write("pyproject.toml", "")
    write("data.py", PROJECT["shop/data/source.py"])
    write("inner/pyproject.toml", "")
    write("inner/train.py", "import keras\nfrom data import images\nkeras.Sequential([]).fit(images())\n")
    assert found("data.py") == found(".") == []


def test_the_project_is_found_from_any_folder(found, write, spread, project, monkeypatch):
    write("pyproject.toml", "")
    expected = found("shop/data/source.py")
    assert len(expected) == 1
    monkeypatch.chdir(project / "shop" / "data")
    [finding] = found("source.py")
    assert (finding["filename"], finding["message"]) == ("source.py", expected[0]["message"])
    monkeypatch.chdir(project.parent)
    assert [each["filename"] for each in found("project/shop/data/source.py")] == [
        "project/shop/data/source.py"
    ]
    monkeypatch.chdir("/")
    assert len(found(str(project / "shop" / "data" / "source.py"))) == 1


def test_a_project_without_a_mark_is_found_from_outside(found, write, project, tmp_path, monkeypatch):
    write("train.py", "import keras\nfrom data.source import images\nkeras.Sequential([]).fit(images())\n")
    source = write("data/source.py", PROJECT["shop/data/source.py"])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(found(str(source))) == len(found(str(project))) == 1


def test_a_notebook_knows_the_modules_beside_it(found, write, spread, project):
    cells = [
        v4.new_code_cell("import keras\nfrom shop.data.source import decode, images"),
        v4.new_code_cell("keras.Sequential([keras.layers.Dense(2)]).fit(images().map(decode).prefetch(2))"),
    ]
    nbformat.write(v4.new_notebook(cells=cells), project / "train.ipynb")
    [finding] = found("train.ipynb")
    assert (finding["code"], finding["cell"]) == ("KL103", 2)
    related = [each["filename"] for finding in found("shop/data/source.py") for each in finding["related"]]
    assert related == ["train.ipynb", "train.py"]


def test_fixes_stay_in_the_files_asked_for(keraslint_cli, write, spread, project):
    before = {path: path.read_bytes() for path in project.rglob("*.py")}
    keraslint_cli("check", "train.py", "--fix", "--no-cache")
    assert {path: path.read_bytes() for path in project.rglob("*.py")} == before
    keraslint_cli("check", "shop/data/source.py", "--fix", "--no-cache")
    changed = [path for path in before if path.read_bytes() != before[path]]
    assert changed == [project / "shop" / "data" / "source.py"]


def test_settings_are_shown_as_the_connected_files_give_them(keraslint_cli, write):
    write("data.py", "import tensorflow as tf\n\ndef load():\n    return tf.data.Dataset.range(3)\n")
    write(
        "train.py",
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\nimport data\nkeras.ops.add(1, 2)\n",
    )
    shown = keraslint_cli("config", "data.py").stdout
    assert 'backend = "jax"  # train.py:2 (KERAS_BACKEND)\n' in shown
    assert "target-keras = 3  # train.py:5 (keras.ops" in shown
    assert shown.splitlines()[1:] == keraslint_cli("config", "train.py").stdout.splitlines()[1:]


def test_another_script_of_the_project_that_distributes_says_nothing_of_this_one(keraslint_cli, write):
    write("build.py", "import keras\n\ndef build():\n    return keras.Sequential([keras.layers.Dense(2)])\n")
    write("one.py", "from build import build\n\nbuild().fit(x, y)\n")
    write(
        "many.py",
        "import tensorflow as tf\nfrom build import build\n\n"
        "with tf.distribute.MirroredStrategy().scope():\n    model = build()\nmodel.fit(x, y)\n",
    )
    shown = keraslint_cli("check", ".", "--select", "KL202", "--output-format", "concise").stdout
    assert [line.split(":")[0] for line in shown.splitlines() if "KL202" in line] == ["one.py"]
