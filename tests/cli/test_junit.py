"""JUnit's XML, as a library reads it that many reports are made with."""

from xml.etree import ElementTree

import junitparser
import pytest

TAGS = {"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out", "system-err"}


@pytest.fixture
def suites(check):
    def run(*arguments: str):
        document = check("--output-format", "junit", *arguments).stdout
        root = ElementTree.fromstring(document)
        assert {each.tag for each in root.iter()} <= TAGS
        read = junitparser.JUnitXml.fromroot(root)
        told = [(suite.tests, suite.failures, suite.errors) for suite in (read, *read)]
        for suite in (*read, read):
            suite.update_statistics()
        assert [(suite.tests, suite.failures, suite.errors) for suite in (read, *read)] == told
        return ElementTree.fromstring(document)

    return run


def test_a_finding_is_a_failure_with_its_fix_and_its_related_place(suites, write):
    write("train.py")
    ((suite,), (case,)) = (root := suites("--select", "ACME001")), root[0]
    assert suite.attrib == {
        "name": "train.py", "package": "keraslint", "tests": "1", "failures": "1", "errors": "0"
    }  # fmt: skip
    assert case.attrib == {"name": "ACME001 long-training (5:24)", "classname": "train"}
    (failure,) = case
    assert failure.attrib == {"type": "warning", "message": "500 epochs are many"}
    assert failure.text == (
        "train.py:5:24: 500 epochs are many\n"
        "train.py:3:9: the model that is trained\n"
        "help: stop early\n"
        "unsafe fix: Train for 100 epochs (the model learns less)"
    )


def test_what_fails_no_run_fails_no_case(suites, write):
    write("train.py")
    root = suites()
    assert (root.get("tests"), root.get("failures")) == ("3", "2")
    assert [[each.tag for each in case] for case in root.iter("testcase")].count(["system-out"]) == 1


def test_every_kind_of_finding_is_accepted(suites, many_kinds):
    root = suites("--select", "ALL")
    names = [suite.get("name") for suite in root]
    assert {"train.py", "train.ipynb", "broken.py", "odd/a b,c:%ü\N{REPLACEMENT CHARACTER}#.py"} <= set(names)
    assert "ACME001 long-training (cell 3:3:27)" in {case.get("name") for case in root.iter("testcase")}
    assert sum(int(suite.get("tests")) for suite in root) == int(root.get("tests"))


def test_nothing_found_is_one_case_that_passed(suites, write):
    write("train.py", "import keras\n")
    (suite,) = suites()
    assert [(case.get("name"), list(case)) for case in suite] == [("check", [])]
