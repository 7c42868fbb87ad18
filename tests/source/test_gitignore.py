import pytest

from keraslint.source.gitignore import GitIgnore


@pytest.mark.parametrize(
    ("text", "path", "ignored"),
    [
        ("a.py", "a.py", True),
        ("a.py", "x/a.py", True),
        ("/a.py", "x/a.py", False),
        ("x/a.py", "y/x/a.py", False),
        ("**/x/a.py", "y/x/a.py", True),
        ("x/**/a.py", "x/a.py", True),
        ("x/**/a.py", "x/y/z/a.py", True),
        ("x/**", "x/a.py", True),
        ("x/**", "x/", False),
        ("x/", "x/", True),
        ("x/", "x", False),
        ("*.py", "x/a.py", True),
        ("x*a.py", "x/a.py", False),
        ("?.py", "a.py", True),
        ("[a-c].py", "b.py", True),
        ("[!a-c].py", "b.py", False),
        ("[^a].py", "b.py", True),
        ("[[:digit:]].py", "3.py", True),
        ("[]].py", "].py", True),
        ("[a.py", "[a.py", False),
        ("#a.py", "#a.py", False),
        ("\\#a.py", "#a.py", True),
        ("\\!a.py", "!a.py", True),
        ("a.py   ", "a.py", True),
        ("a\\ ", "a ", True),
        ("*.py\n!a.py", "a.py", False),
        ("!a.py\n*.py", "a.py", True),
        ("*/\n!/b/", "b/", False),
        ("*/\n!/b/", "b/a/", True),
        ("a.py\r\n", "a.py", True),
        ("/\n\n", "a.py", False),
        ("[z-a].py", "a.py", False),
    ],
)
def test_patterns_mean_what_they_mean_to_git(tmp_path, text, path, ignored):
    (tmp_path / ".gitignore").write_text(text, newline="")
    ignore = GitIgnore().inside(tmp_path)
    assert ignore.ignores(tmp_path / path, is_folder=path.endswith("/")) is ignored


def test_without_a_repository_nothing_above_counts(tmp_path):
    (tmp_path / ".gitignore").write_text("*.py")
    folder = tmp_path / "a"
    folder.mkdir()
    assert not GitIgnore.above(folder).ignores(folder / "x.py", is_folder=False)
    (tmp_path / ".git").mkdir()
    assert GitIgnore.above(folder).ignores(folder / "x.py", is_folder=False)
