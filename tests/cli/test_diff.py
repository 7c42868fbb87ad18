import nbformat


def test_a_patch_and_nothing_written(check, write):
    path = write("src/train.py")
    write("fine.py", "import keras\n")
    before = path.read_text()
    result = check("--diff")
    assert (
        result.stdout
        == """\
--- src/train.py
+++ src/train.py
@@ -2,4 +2,4 @@
 
 model = keras.Sequential([keras.layers.Dense(1)])
 model.compile(loss="mse")
-model.fit(x, y, epochs=500, shuffle="twice")
+model.fit(x, y, epochs=500)
"""  # noqa: W293
    )
    assert result.stderr == "Would fix 1 finding in 1 file.\n"
    assert result.exit_code == 1
    assert path.read_text() == before


def test_no_newline_at_the_end(check, write):
    write("train.py", "import keras\nkeras.Sequential([]).fit(x, shuffle='twice')")
    assert (
        check("--diff", "--quiet").stdout
        == """\
--- train.py
+++ train.py
@@ -1,2 +1,2 @@
 import keras
-keras.Sequential([]).fit(x, shuffle='twice')
\\ No newline at end of file
+keras.Sequential([]).fit(x)
\\ No newline at end of file
"""
    )


def test_nothing_to_change(check, write):
    write("train.py", "import keras\n")
    result = check("--diff")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "Would fix 0 findings in 0 files.\n", 0)


def test_files_that_could_not_be_read_are_not_passed_over(check, write):
    write("train.py", "import keras\nprint 'x'\n")
    result = check("--diff", "--quiet")
    assert result.stdout == ""
    assert result.stderr == (
        "train.py:2:1: KL000 this is Python 2 (a print statement); "
        "convert it to Python 3 (2to3 does most of it) or exclude the file\n"
    )
    assert result.exit_code == 1


def test_a_notebook_is_compared_cell_by_cell_as_its_users_see_it(check, project):
    cells = [
        "import keras\n%time\nmodel = keras.Sequential([])",
        "%time model.fit(x, y, shuffle='twice')",
        "1",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(notebook, project / "train.ipynb")
    assert (
        check("--diff", "--quiet").stdout
        == """\
--- train.ipynb:cell 2
+++ train.ipynb:cell 2
@@ -1 +1 @@
-%time model.fit(x, y, shuffle='twice')
+%time model.fit(x, y)
"""
    )
