from pathlib import Path

import pytest

from keraslint.config import Settings
from keraslint.parts import scan
from keraslint.source.paths import path_additions
from keraslint.source.prefilter import Import
from keraslint.source.prefilter import imported_modules
from keraslint.source.project import MOST_CONTEXT
from keraslint.source.project import Part
from keraslint.source.project import Project
from keraslint.source.project import connected_parts
from keraslint.source.project import module_names
from keraslint.source.roots import ProjectRoots

ROOT = Path("/p")


def project(*names: str, source_roots: tuple[str, ...] = (), **additions: str) -> Project:
    return Project(
        ROOT,
        {ROOT / name: name for name in names},
        [ROOT / each for each in source_roots],
        {f"{name}.py": [ROOT / folder] for name, folder in additions.items()},
    )


@pytest.mark.parametrize(
    ("files", "importer", "level", "module", "expected"),
    [
        # A script and what lies beside it.
        ("train.py model.py", "train.py", 0, "model", "model.py"),
        ("jobs/train.py jobs/model.py model.py", "jobs/train.py", 0, "model", "jobs/model.py"),
        ("jobs/train.py model.py", "jobs/train.py", 0, "model", "model.py"),
        ("jobs/train.py jobs/data/load.py", "jobs/train.py", 0, "data.load", "jobs/data/load.py"),
        ("jobs/data/load.py jobs/util.py", "jobs/data/load.py", 0, "util", "jobs/util.py"),
        # Packages, flat and below src.
        ("pkg/__init__.py pkg/a.py train.py", "train.py", 0, "pkg", "pkg/__init__.py"),
        ("pkg/__init__.py pkg/a.py train.py", "train.py", 0, "pkg.a", "pkg/a.py"),
        ("src/pkg/__init__.py src/pkg/a.py tests/t.py", "tests/t.py", 0, "pkg.a", "src/pkg/a.py"),
        ("pkg/__init__.py pkg/a.py pkg/sub/__init__.py pkg/sub/b.py", "pkg/sub/b.py", 0, "pkg.a", "pkg/a.py"),
        ("deep/pkg/__init__.py deep/pkg/a.py deep/pkg/b.py", "deep/pkg/b.py", 0, "pkg.a", "deep/pkg/a.py"),
        # A package wins over a module of its name, as in Python.
        ("m.py m/__init__.py train.py", "train.py", 0, "m", "m/__init__.py"),
        # Keras's own repository: to its guides, Keras is the framework.
        ("keras/__init__.py keras/layers/__init__.py guides/a.py", "guides/a.py", 0, "keras", None),
        (
            "keras/__init__.py keras/layers/__init__.py keras/b.py",
            "keras/b.py",
            0,
            "keras",
            "keras/__init__.py",
        ),
        ("keras/__init__.py keras/helpers.py a.py", "a.py", 0, "keras.helpers", "keras/helpers.py"),
        # Relative imports.
        ("pkg/__init__.py pkg/a.py pkg/b.py", "pkg/b.py", 1, "a", "pkg/a.py"),
        ("pkg/__init__.py pkg/a.py", "pkg/a.py", 1, "", "pkg/__init__.py"),
        ("pkg/__init__.py pkg/a.py", "pkg/__init__.py", 1, "a", "pkg/a.py"),
        ("pkg/__init__.py pkg/a.py pkg/sub/b.py", "pkg/sub/b.py", 2, "a", "pkg/a.py"),
        ("pkg/a.py pkg/b.py", "pkg/b.py", 1, "a", "pkg/a.py"),
        # Namespace packages have no file of their own.
        ("ns/a.py train.py", "train.py", 0, "ns.a", "ns/a.py"),
        ("ns/a.py train.py", "train.py", 0, "ns", None),
        # Other people's packages.
        ("train.py", "train.py", 0, "keras", None),
        ("train.py", "train.py", 3, "x", None),
        # The standard library's modules are not those beside a file of a package.
        ("pkg/__init__.py pkg/logging.py pkg/a.py", "pkg/a.py", 0, "logging", None),
        ("pkg/__init__.py pkg/model.py pkg/a.py", "pkg/a.py", 0, "model", "pkg/model.py"),
        ("random.py train.py", "train.py", 0, "random", "random.py"),
    ],
)
def test_imports_find_files_as_in_python(files, importer, level, module, expected):
    assert project(*files.split()).resolve(importer, level, module) == expected


def test_configured_source_roots_are_searched():
    assert project("lib/python/m.py", "train.py").resolve("train.py", 0, "m") is None
    assert project("lib/python/m.py", "train.py", source_roots=("lib/python",)).resolve(
        "train.py", 0, "m"
    ) == ("lib/python/m.py")


def test_folders_that_scripts_add_are_searched():
    files = ("train.py", "other.py", "lib/m.py", "lib/n.py", "m.py")
    assert project(*files, train="lib").resolve("train.py", 0, "m") == "lib/m.py"
    assert project(*files, other="lib").resolve("train.py", 0, "m") == "m.py"
    assert project(*files, other="lib").resolve("train.py", 0, "n") == "lib/n.py"


def test_what_a_file_adds_is_no_matter_of_files_elsewhere():
    files = (
        "jobs/train.py",
        "vendored/tool/cli.py",
        "vendored/tool/extra/numpy.py",
        "vendored/tool/extra/user.py",
    )
    added = Project(
        ROOT,
        {ROOT / name: name for name in files},
        [],
        {"vendored/tool/cli.py": [ROOT / "vendored/tool/extra"]},
    )
    assert added.resolve("jobs/train.py", 0, "numpy") is None
    assert added.resolve("vendored/tool/cli.py", 0, "numpy") == "vendored/tool/extra/numpy.py"
    assert added.resolve("vendored/tool/extra/user.py", 0, "numpy") == "vendored/tool/extra/numpy.py"


def test_a_file_that_adds_the_folder_of_another_has_what_that_adds():
    files = ("jobs/train.py", "tools/init_paths.py", "lib/m.py")
    added = Project(
        ROOT,
        {ROOT / name: name for name in files},
        [],
        {"jobs/train.py": [ROOT / "tools"], "tools/init_paths.py": [ROOT / "lib"]},
    )
    assert added.resolve("jobs/train.py", 0, "m") == "lib/m.py"


def test_the_standard_library_is_what_it_is_for_all_but_the_file_that_hides_it():
    files = ("train.py", "tools.py", "lib/random.py", "lib/user.py")
    added = Project(ROOT, {ROOT / name: name for name in files}, [], {"tools.py": [ROOT / "lib"]})
    assert added.resolve("train.py", 0, "random") is None
    assert added.resolve("tools.py", 0, "random") == "lib/random.py"


def test_what_stands_in_for_a_framework_does_so_where_it_was_added_alone():
    files = ("train.py", "docs/conf.py", "docs/stubs/tensorflow/__init__.py")
    added = Project(ROOT, {ROOT / name: name for name in files}, [], {"docs/conf.py": [ROOT / "docs/stubs"]})
    assert added.resolve("train.py", 0, "tensorflow") is None
    assert added.resolve("docs/conf.py", 0, "tensorflow") == "docs/stubs/tensorflow/__init__.py"


@pytest.mark.parametrize(
    ("line", "folders"),
    [
        ("sys.path.append('lib')", ["/p/jobs/lib", "/p/lib"]),
        ("sys.path.insert(0, '..')", ["/p", "/"]),
        ("sys.path.insert(0, '/opt/x')", ["/opt/x"]),
        ("sys.path.append(os.path.dirname(__file__))", ["/p/jobs"]),
        ("sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))", ["/p"]),
        ("sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lib'))", ["/p/lib"]),
        ("sys.path.append(str(Path(__file__).resolve().parent.parent / 'src'))", ["/p/src"]),
        ("sys.path.append(str(Path(__file__).parents[1]))", ["/p"]),
        ("sys.path.extend(['a', 'b'])", ["/p/jobs/a", "/p/a", "/p/jobs/b", "/p/b"]),
        ("sys.path += ['a']", ["/p/jobs/a", "/p/a"]),
        ("sys.path.append(where)", []),
        ("print(sys.path)", []),
    ],
)
def test_additions_to_the_search_path_are_read(line, folders):
    found = path_additions(ROOT / "jobs" / "train.py", f"import sys\n{line}  # 'no'\n".encode(), ROOT)
    assert [each.as_posix() for each in found] == folders


def parts(sources: dict[str, str], *framework: str) -> list[Part]:
    imports = {name: imported_modules(text.encode()) for name, text in sources.items()}
    return connected_parts(project(*sources), imports, framework)


def test_files_that_reach_a_framework_belong_to_it():
    sources = {
        "train.py": "from model import build\nimport config\n",
        "model.py": "import keras",
        "config.py": "import paths\n",
        "paths.py": "",
        "other.py": "import tensorflow",
        "plain.py": "import config",
    }
    assert parts(sources, "model.py", "other.py") == [
        Part(("model.py", "train.py"), ("config.py", "paths.py")),
        Part(("other.py",), ()),
    ]


def test_what_two_parts_both_read_does_not_join_them():
    sources = {"a.py": "import keras, config", "b.py": "import keras, config", "config.py": ""}
    assert parts(sources, "a.py", "b.py") == [
        Part(("a.py",), ("config.py",)),
        Part(("b.py",), ("config.py",)),
    ]


def test_names_that_are_submodules_and_parents_of_dotted_names_are_reached():
    sources = {
        "pkg/__init__.py": "",
        "pkg/a.py": "import keras",
        "one.py": "from pkg import a",
        "two.py": "import pkg.a",
    }
    assert parts(sources, "pkg/a.py") == [Part(("one.py", "pkg/a.py", "two.py"), ("pkg/__init__.py",))]


def test_what_a_file_gives_is_no_module_beside_it():
    sources = {
        "train.py": "from data import loader",
        "data.py": "import keras\nloader = 1",
        "data/loader.py": "import keras",
        "main.py": "from more import loader",
        "more/loader.py": "import keras",
    }
    framework = ("data.py", "data/loader.py", "more/loader.py")
    assert parts(sources, *framework) == [
        Part(("data.py", "train.py"), ()),
        Part(("data/loader.py",), ()),
        Part(("main.py", "more/loader.py"), ()),
    ]


def test_imports_that_lead_elsewhere_are_left_out():
    text = b"import keras, numpy as np\nfrom pkg.a import b\nfrom . import c\nimport util.deep"
    roots = ProjectRoots({(ROOT, ROOT): ROOT})
    shared: dict[Import, Import] = {}
    modules = module_names([ROOT / "pkg/a.py", ROOT / "util.py", ROOT / "train.py"])
    for name in ("train.py", "other.py"):
        scanned = scan(ROOT / name, text, Settings(root=ROOT), roots).among(modules, shared)
        assert [each.module for each in scanned.imports] == ["pkg.a", "", "util.deep"]
        assert all(shared[each] is each for each in scanned.imports)


def test_cycles_end_and_order_does_not_matter():
    sources = {"a.py": "import b", "b.py": "import c, keras", "c.py": "import a"}
    expected = [Part(("a.py", "b.py", "c.py"), ())]
    assert parts(sources, "b.py") == expected
    assert parts(dict(reversed(sources.items())), "b.py") == expected


def test_context_is_bounded():
    names = [f"m{number}.py" for number in range(2 * MOST_CONTEXT)]
    sources = {name: f"import m{number + 1}" for number, name in enumerate(names)}
    [part] = parts({"a.py": "import keras, m0", **sources}, "a.py")
    assert len(part.context) == MOST_CONTEXT
    assert "m0.py" in part.context


def test_nobody_uses_a_framework():
    assert parts({"a.py": "import b", "b.py": ""}) == []


def test_a_project_can_be_cut_to_some_of_its_files():
    small = project("a.py", "b.py", "c.py").restricted({"a.py", "b.py"})
    assert small.resolve("a.py", 0, "b") == "b.py"
    assert small.resolve("a.py", 0, "c") is None
