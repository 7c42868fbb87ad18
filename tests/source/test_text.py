import codecs
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import decode
from keraslint.source.text import display_name
from keraslint.source.text import encode
from keraslint.source.text import read_bytes


def decoded(data: bytes) -> SourceFile:
    return decode(Path("train.py"), "train.py", data)


def refused(data: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        decoded(data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"", "", "utf-8"),
        (b"x = 1", "x = 1", "utf-8"),
        ("s = 'ü'\n".encode(), "s = 'ü'\n", "utf-8"),
        (b"# -*- coding: latin-1 -*-\ns = '\xfc'\n", "# -*- coding: latin-1 -*-\ns = 'ü'\n", "iso-8859-1"),
        (b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\n'\x80'\n", None, "cp1252"),
        (b"# coding: utf-8-unix\n'\xc3\xbc'\n", "# coding: utf-8-unix\n'ü'\n", "utf-8"),
        (b"#!/usr/bin/python\r# coding: latin-1\r'\xfc'\r", None, "iso-8859-1"),
    ],
)
def test_encodings_are_those_that_python_would_use(data, text, encoding):
    source = decoded(data)
    assert source.encoding == encoding
    if text is not None:
        assert source.text == text
    assert encode(source, source.text) == data


def test_a_declaration_after_code_counts_for_nothing():
    assert decoded(b"x = 1\n# coding: latin-1\n").encoding == "utf-8"
    assert decoded(b"\n\n# coding: latin-1\n").encoding == "utf-8"


def test_the_byte_order_mark_is_kept_but_is_no_text():
    data = codecs.BOM_UTF8 + b"x = 1\r\n"
    source = decoded(data)
    assert source.text == "x = 1\r\n"
    assert encode(source, "y = 1\r\n") == codecs.BOM_UTF8 + b"y = 1\r\n"


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))),
    st.sampled_from(
        ["", "# coding: utf-8\n", "# coding: latin-1\n", "# coding: utf-8\r\n", "# coding: cp1252\r"]
    ),
    st.booleans(),
)
def test_writing_what_was_read_changes_no_byte(text, declaration, bom):
    codec = declaration[10:].strip() or "utf-8"
    body = (declaration + text).encode(codec, "ignore")
    data = codecs.BOM_UTF8 + body if bom and codec == "utf-8" else body
    try:
        source = decoded(data)
    except SourceError:
        return  # the text itself declares an encoding
    assert encode(source, source.text) == data


def test_lines_end_where_python_ends_them():
    source = decoded("a\r\nb\rc\nd\x0c e\u2028f\x1cg".encode())
    assert source.lines == ("a\r\n", "b\r", "c\n", "d\x0c e\u2028f\x1cg")


def test_an_undecodable_byte_is_named_with_its_place_and_the_mend():
    error = refused(b"x = 1\r\ns = 'caf\xe9'\n")
    assert (error.kind, error.row, error.column) == ("io-error", 2, 9)
    assert str(error) == (
        "byte 0xe9 is not UTF-8; declare the encoding (`# -*- coding: latin-1 -*-`) or save the file as UTF-8"
    )


def test_columns_count_characters_before_the_bad_byte():
    assert refused("s = 'üü".encode() + b"\xff'\n").column == 8


@pytest.mark.parametrize(
    ("data", "message", "row"),
    [
        (b"x\n\x7fELF\0\0", "binary data (a NUL byte), not Python; exclude the file or restore it", 2),
        (b"# coding: utf-9\n", "unknown encoding `utf-9`; declare one that Python knows, such as utf-8", 1),
        (b"\n# coding: rot13\n", "unknown encoding `rot13`; declare one that Python knows, such as utf-8", 2),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", None, 1),
        (
            "x = 1\n".encode("utf-16"),
            "encoded as UTF-16, which Python does not read; save the file as UTF-8",
            1,
        ),
        (b"# coding: ascii\n'\xc3'\n", None, 2),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data, message, row):
    error = refused(data)
    assert error.kind == "io-error"
    assert error.row == row
    assert "\n" not in str(error)
    if message is not None:
        assert str(error) == message


def test_a_character_that_the_encoding_lacks_is_not_written():
    source = decoded(b"# coding: latin-1\nx = 1\n")
    with pytest.raises(SourceError, match="cannot be written in this file's encoding, iso-8859-1"):
        encode(source, source.text + "s = '€'\n")


def test_errors_cross_processes():
    error = refused(b"s = '\xe9'\n")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.kind, copy.message, copy.row, copy.column) == (
        error.kind,
        error.message,
        error.row,
        error.column,
    )


def test_names_are_relative_below_the_working_folder_only(tmp_path):
    assert display_name(tmp_path / "a" / "b.py", tmp_path) == "a/b.py"
    assert display_name(tmp_path / "a" / ".." / "b.py", tmp_path) == "b.py"
    assert display_name(tmp_path / "b.py", tmp_path / "a") == (tmp_path / "b.py").as_posix()


def test_reading_says_what_is_wrong_with_a_path(tmp_path):
    link = tmp_path / "link.py"
    link.symlink_to("nowhere.py")
    loop = tmp_path / "loop.py"
    loop.symlink_to(loop)
    cases = {
        tmp_path: "this is a folder, not a file",
        tmp_path / "gone.py": "the file is gone; it was removed or renamed while keraslint ran",
        link: "broken symbolic link to `nowhere.py`; restore its target or remove the link",
        loop: f"cannot be read: {os.strerror(40)}",
        Path("/dev/null"): "this is a device or a socket, not a file",
    }
    for path, message in cases.items():
        with pytest.raises(SourceError) as caught:
            read_bytes(path)
        assert (caught.value.kind, str(caught.value)) == ("io-error", message)


def test_a_file_without_read_permission_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "train.py"
    path.write_text("x = 1\n")

    def denied(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)  # root reads everything
    with pytest.raises(SourceError, match="permission denied"):
        read_bytes(path)
