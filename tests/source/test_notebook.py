import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keraslint.source.cells import replace_cell_sources
from keraslint.source.parse import parse
from keraslint.source.reading import interpret
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import encode


def cell(source: object, kind: str = "code") -> dict:
    extra = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": "c", "metadata": {}, "source": source, **extra}


def document(*cells: dict, language: str = "python") -> dict:
    return {
        "cells": list(cells),
        "metadata": {"language_info": {"name": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def opened(data: object) -> SourceFile:
    if not isinstance(data, bytes):
        data = json.dumps(data, indent=1).encode()
    return interpret(Path("a.ipynb"), "a.ipynb", data)


def program(*sources: str) -> str:
    """The program of code cells, without the dividing lines."""
    source = opened(document(*map(cell, sources)))
    return "".join(
        line for line in source.text.splitlines(keepends=True) if not line.startswith("#keraslint:cell:")
    )


def changed(notebook: object, old: str, new: str) -> list[str]:
    """The sources of the cells after a change of the program's text."""
    source = opened(notebook)
    assert old in source.text
    data = encode(source, source.text.replace(old, new, 1))
    return ["".join(each["source"]) for each in json.loads(data)["cells"]]


def refused(data: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        opened(data)
    assert "\n" not in str(caught.value)
    return caught.value


def test_cells_make_one_program_whose_rows_lead_back():
    source = opened(
        document(cell("# Title\n", "markdown"), cell(["import keras\n", "x = 1"]), cell("y = x\nz = y"))
    )
    rows = {line.strip(): row for row, line in enumerate(source.lines, start=1)}
    assert source.notebook is not None
    assert source.notebook.cell_location(rows["import keras"]) == (2, 1)
    assert source.notebook.cell_location(rows["x = 1"]) == (2, 2)
    assert source.notebook.cell_location(rows["z = y"]) == (3, 2)
    assert parse(source).errors == ()


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("!pip install keras", "pass"),
        ("%matplotlib inline", "pass"),
        ("?keras.Model", "pass"),
        ("keras.Model?", "pass"),
        ("model.fit??", "pass"),
        ("%env KERAS_BACKEND=jax", "get_ipython().run_line_magic('env', 'KERAS_BACKEND=jax')"),
        ("files = !ls *.py", "files = get_ipython()"),
        ("a, b = %sysmagic x", "a, b = get_ipython()"),
        ("if x:\n    !ls\n    %cd ..", "if x:\n    pass\n    pass"),
        ("!pip install \\\n  keras \\\n  tensorflow\nx = 1", "pass\n  \n  \nx = 1"),
        ("%time history = model.fit(x)", "pass; history = model.fit(x)"),
        ("%timeit -n 10 model.predict(x)", "pass;         model.predict(x)"),
        ("%%time\nmodel.fit(x)", "pass\nmodel.fit(x)"),
        ("\n%%capture out\nmodel.fit(x)", "\npass\nmodel.fit(x)"),
        ("%%bash\nls\npwd\n", "\n\n"),
        ("%%writefile a.py\nimport keras", "\n"),
        ("%time for i in x: f(i)", "pass"),
    ],
)
def test_what_ipython_adds_is_masked_in_place(source, left):
    lines = [line.partition("  #keraslint:")[0] for line in program(source).splitlines()]
    assert lines == left.split("\n")


@pytest.mark.parametrize(
    "source",
    [
        "x = (a\n     % b)",
        "s = '''\n!ls\n%cd\n'''",
        's = f"""\n? {x}\n"""',
        "x = a \\\n    % b",
        "d = {'a': 1,  # (\n     'b': 5\n     % 2}",
        "x != y",
        "# !ls",
        "print('x = %d' % y)",
        "f(a, 'b = !' )",
        "x['='] = 5 % 2",
        "s = '\\'' + '('\nx = 5 % 2",
    ],
)
def test_python_that_looks_like_a_magic_stays(source):
    assert program(source) == source + "\n"


def test_magics_leave_a_program_that_parses():
    cells = [
        "%load_ext tb\n!ls",
        "for f in x:\n    !rm {f}\nelse:\n    y = !ls\n",
        "%%html\n<b>",
        "%time a = 1",
    ]
    assert parse(opened(document(*map(cell, cells)))).errors == ()


def test_a_cell_that_is_indented_as_a_whole_is_read():
    source = opened(document(cell("  # why\n\n  x = 1\n  y = 2"), cell("  # only a comment"), cell("z = 1")))
    assert parse(source).errors == ()
    assert "  y = 2\n" in source.lines
    data = encode(source, source.text.replace("y = 2", "y = 3"))
    assert json.loads(data)["cells"][0]["source"] == "  # why\n\n  x = 1\n  y = 3"


def test_columns_after_a_timing_magic_stay():
    source = opened(document(cell("%time model.fit(x)")))
    assert next(line for line in source.lines if "fit" in line).index("model") == len("%time ")


def test_a_change_goes_to_its_cell_and_magics_come_back():
    notebook = document(
        cell("%matplotlib inline\nimport keras\n"),
        cell("text", "markdown"),
        cell(
            [
                "%%time\n",
                "!ls\n",
                "files = !ls\n",
                "%env A=1\n",
                "if x:\n",
                "    %cd ..\n",
                "%time model.fit(x)",
            ]
        ),
    )
    assert changed(notebook, "model.fit(x)", "model.fit(y)") == [
        "%matplotlib inline\nimport keras\n",
        "text",
        "%%time\n!ls\nfiles = !ls\n%env A=1\nif x:\n    %cd ..\n%time model.fit(y)",
    ]


def test_masked_lines_keep_the_indent_that_a_change_gave_them():
    assert (
        changed(document(cell("a\n!ls\nb")), "a\n", "with s:\n    a\n    ")[0] == "with s:\n    a\n    !ls\nb"
    )


def test_what_is_put_above_the_program_goes_into_its_first_code():
    notebook = document(cell("%%bash\nls"), cell("%%time\nx = 1"), cell("y = 1"))
    source = opened(notebook)
    sources = [each["source"] for each in json.loads(encode(source, "import keras\n" + source.text))["cells"]]
    assert sources == ["%%bash\nls", "%%time\nimport keras\nx = 1", "y = 1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#keraslint:cell:2\n", ""),
        ("#keraslint:cell:2\n", "    #keraslint:cell:2\n"),
        ("pass  #k", "other  #k"),
    ],
)
def test_changes_that_no_cell_can_hold_are_refused(old, new):
    source = opened(document(cell("!ls"), cell("x = 1")))
    with pytest.raises(SourceError, match="make it by hand"):
        encode(source, source.text.replace(old, new, 1))


def test_a_notebook_that_speaks_our_marks_is_no_trouble():
    notebook = document(cell("#keraslint:cell:1\nx = 1"), cell("!ls  #keraslint:0"))
    assert changed(notebook, "x = 1", "x = 2") == ["#keraslint:cell:1\nx = 2", "!ls  #keraslint:0"]


def test_only_the_source_of_the_cell_changes():
    data = (
        b'{\n    "nbformat":4, "nbformat_minor": 5,\n  "cells": [ {"source": ["s = \'\\u00fc\'\\n",\n\t\t"x = 1"],'
        b'\n "outputs": [{"output_type": "stream", "name": "stdout", "text": "1e5 \\u00fc \xc3\xbc"}], '
        b'"metadata": {"b": 1.0, "a": 1e3}, "id": "x", "execution_count": 3, "cell_type": "code"}, '
        b'{"cell_type": "code", "source": "y = 1\\ny = 2", "id": "y", "metadata": {}, "outputs": [], '
        b'"execution_count": null}],\n"metadata":{}}\n\n'
    )
    source = opened(data)
    assert encode(source, source.text) == data
    new = encode(source, source.text.replace("x = 1", "x = 2\nz = 'é'").replace("y = 2", "y = 3"))
    expected = data.replace(b'"x = 1"', b'"x = 2\\n",\n\t\t"z = \'\\u00e9\'"').replace(b"y = 2", b"y = 3")
    assert new == expected
    nbformat.validate(nbformat.reads(new.decode(), as_version=4))


def test_the_manner_of_a_source_is_kept():
    def replaced(source_json: str, new: str) -> str:
        data = f'{{"cells": [{{"cell_type": "code", "source": {source_json}}}]}}'
        out = replace_cell_sources(data.encode(), {0: new}).decode()
        return out.removeprefix('{"cells": [{"cell_type": "code", "source": ').removesuffix("}]}")

    assert replaced('["a\\n", "b"]', "a\nc\nd") == '["a\\n", "c\\n", "d"]'
    assert replaced('[\n  "a"\n ]', "a\nb") == '[\n  "a\\n",\n  "b"\n ]'
    assert replaced("[]", "a\nb\n") == '["a\\n", "b\\n"]'
    assert replaced('["ü\\n", "b"]', "ü\né") == '["ü\\n", "é"]'
    assert replaced('"a"', "ü") == '"ü"'
    assert replaced('["a\\nb\\n", "c"]', "a\nb\nd") == '["a\\nb\\n", "d"]'
    assert replaced('["a\\n", "b"]', "") == "[]"


sources = st.lists(
    st.sampled_from(["a", "b\n", "\n", "c = 'ü'\n", "\\", '"\n', "\r\n", "\u2028"]), max_size=8
).map("".join)


@given(
    st.lists(sources, max_size=4),
    st.lists(sources, max_size=4),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
)
def test_new_sources_are_read_back_and_nothing_else_changes(old, new, indent, escape):
    notebook = document(*(cell(text.splitlines(keepends=True)) for text in old))
    data = json.dumps(notebook, indent=indent, ensure_ascii=escape).encode()
    assert replace_cell_sources(data, dict(enumerate(old))) == data
    replacements = dict(zip(range(len(old)), new, strict=False))
    after = json.loads(replace_cell_sources(data, replacements))
    for number, text in replacements.items():
        notebook["cells"][number]["source"] = text
    for each in (*after["cells"], *notebook["cells"]):
        each["source"] = "".join(each["source"])
    assert after == notebook


@given(st.lists(st.text(st.sampled_from("ab%!?= \n\r'\"()#\\\t"), max_size=30), max_size=5))
def test_any_cells_come_back_as_they_were(texts):
    data = json.dumps(document(*map(cell, texts))).encode()
    source = opened(data)
    assert encode(source, source.text) == data
    assert source.notebook is not None
    for number, above, text in source.notebook.cell_texts():
        if text:
            assert source.notebook.cell_location(above + 1) == (number, 1)


@given(st.lists(st.text(st.sampled_from("ab%!?= \n'()#\\"), max_size=30), min_size=1, max_size=3))
def test_every_masked_line_is_restored(texts):
    source = opened(document(*map(cell, texts)))
    lines = source.text.splitlines(keepends=True)
    readable = [i for i, line in enumerate(lines) if line.strip() and "#keraslint:cell" not in line]
    if not readable:
        return
    lines.insert(readable[-1] + 1, "added = 1\n")
    after = json.loads(encode(source, "".join(lines)))["cells"]
    together = "\n".join("".join(each["source"]) for each in after)
    assert (
        together.replace("added = 1\n", "", 1).replace("added = 1", "", 1).split() == "\n".join(texts).split()
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a notebook: no JSON (Expecting value); restore the file or exclude it"),
        (b"import keras\n", "not a notebook: no JSON (Expecting value); restore the file or exclude it"),
        (b'{"cells": []}}', "not a notebook: no JSON (Extra data); restore the file or exclude it"),
        (b"[1]", "not a notebook: no JSON (Expecting an object); restore the file or exclude it"),
        (b'{"a": 1}', "JSON without cells, no notebook; restore the file or exclude it"),
        (b'{"cells": 3}', "JSON without cells, no notebook; restore the file or exclude it"),
        (
            b'{"worksheets": [], "nbformat": 3}',
            "a notebook in an old format; convert it with `jupyter nbconvert --to notebook --inplace`",
        ),
        (
            b'{"cells": [], "x": "\xe9"}',
            "byte 0xe9 is not UTF-8, which notebooks are written in; save it again",
        ),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_line(data, message):
    error = refused(data)
    assert (error.kind, str(error)) == ("io-error", message)


def test_json_errors_say_where():
    error = refused(b'{"cells": [\n  {"a" 1}\n]}')
    assert (error.row, error.column) == (2, 8)


def test_another_language_is_named():
    assert str(refused(document(language="julia"))) == "a notebook for julia, not Python; exclude it"


def test_odd_but_harmless_documents_are_read():
    odd = {"cells": [3, {"cell_type": "code"}, {"cell_type": "code", "source": "x = 1"}, {"source": "y"}]}
    source = opened(odd)
    assert "x = 1" in source.text
    assert opened(document()).text == ""
    assert opened(b'\xef\xbb\xbf{"cells": []}').text == ""


def test_a_mark_at_the_start_stays():
    data = b"\xef\xbb\xbf" + json.dumps(document(cell("x = 1"))).encode()
    source = opened(data)
    assert encode(source, source.text.replace("x = 1", "x = 2")) == data.replace(b"x = 1", b"x = 2")


def test_a_bad_cell_is_named_and_the_others_are_read():
    source = opened(document(cell("a = 1"), cell("b = 1\nc = (\nd = 2"), cell("e = 1"), cell("print 'f'")))
    parsed = parse(source)
    assert source.notebook is not None
    first, second = parsed.errors
    assert source.notebook.cell_location(first.row) == (2, 2)
    assert source.notebook.cell_location(second.row) == (4, 1)
    assert "Python 2" in str(second)
    assert "b = 1" not in parsed.source.text
    assert "e = 1" in parsed.source.text
    assert len(parsed.source.lines) == len(source.lines)
    assert encode(parsed.source, parsed.source.text) == source.data
