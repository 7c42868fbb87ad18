"""What lies beside a project and is named in it."""

import pytest

from keraslint.verify.own.beside import named_beside


@pytest.fixture
def root(tmp_path):
    for folder in ("work/project/src", "work/data/train", "archive"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "work" / "data" / "labels.csv").write_text("")
    (tmp_path / "work" / "notes.txt").write_text("")
    return tmp_path / "work" / "project"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('open("data/labels.csv")', []),
        ('open("../README.md")', []),
        ('sys.path.append("..")', []),
        ('sys.path.append("../project/src")', []),
        ('open("../notes.txt")', ["work/notes.txt"]),
        ("np.load('../data/train/images.npy')", ["work/data/train"]),
        ('f"../data/train/{name}.jpg"', ["work/data/train"]),
        ('glob("../data/*.csv")', ["work/data"]),
        ('os.path.join("..", "data", "train")', ["work/data"]),
        ('os.path.join("..", "..", "archive")', ["archive"]),
        ('"..\\\\data\\\\labels.csv"', ["work/data/labels.csv"]),
        ('open("../data/labels.csv"), open("../data/train/a"), glob("../data/*")', ["work/data"]),
        ("--data=../data/train", ["work/data/train"]),
    ],
)
def test_what_exists_of_the_paths_that_lead_out(root, text, found):
    top = root.parent.parent
    assert named_beside(root, [root], [text]) == tuple(top / path for path in found)


def test_paths_are_those_from_the_script_as_well(root):
    assert named_beside(root, [root, root / "src"], ['"../../notes.txt"']) == (root.parent / "notes.txt",)
