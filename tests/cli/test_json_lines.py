import json


def test_the_objects_of_json_each_on_a_line(check, many_kinds):
    lines = check("--output-format", "json-lines").stdout.splitlines()
    assert len(lines) > 5
    assert list(map(json.loads, lines)) == json.loads(check("--output-format", "json").stdout)


def test_nothing_is_no_line(check, write):
    write("train.py", "import keras\n")
    assert check("--output-format", "json-lines").stdout == ""
