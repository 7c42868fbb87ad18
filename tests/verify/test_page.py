"""The page of a report: what it shows is what was measured, wherever it is opened."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from html.parser import HTMLParser

import pytest

from keraslint.verify.measurement import Equality
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Side
from keraslint.verify.measurement import Verdict
from keraslint.verify.page import MeasuredPair
from keraslint.verify.page import render
from keraslint.verify.records import Knob
from keraslint.verify.records import Measured

HARDWARE = {"class": "cpu-2core", "cpu": "Some CPU", "cores": 2, "memory_gb": 24, "os": "Linux 6.1"}
SOFTWARE = {"python": "3.11", "tensorflow": "2.21.0", "keras": "3.15.1", "backend": "tensorflow"}
SLOW = Side(8.1234567, 9.5, 3.2, 1.3765, 812_000_000, 1.72, 0.7123, (0.0401, 0.0412, 0.0399, 0.9))
FAST = Side(2.3, 3.5, 3.1, 1.2, 1_310_000_000, 1.9, 0.081, (0.0112, 0.0107, 0.0111))
CONFIRMED = Measurement(
    "KL106",
    "map-before-batch",
    "time",
    "time",
    Verdict.CONFIRMED,
    pairs=12,
    ratio=Ratio(3.5319, 3.2111, 3.9),
    wall_ratio=Ratio(2.7, 2.5, 2.9),
    memory_ratio=Ratio(1.004, 0.99, 1.02),
    noise=Ratio(1.01, 0.97, 1.04),
    equality=Equality("exact"),
    bad=SLOW,
    good=FAST,
)


def pair(
    measurement: Measurement = CONFIRMED,
    bad: str = "ds = ds.map(f).batch(32)\nfit()\n",
    good: str = "ds = ds.batch(32).map(f)\nfit()\n",
    **about,
) -> MeasuredPair:
    made = {"conditions": {"load": 0.4, "governor": "performance"}, "day": "2026-12-01", **about}
    return MeasuredPair(Measured(measurement, "a" * 64, "b" * 64, **made), bad, good)


def page(*pairs: MeasuredPair) -> str:
    return render(pairs or (pair(),), hardware=HARDWARE, software=SOFTWARE)


class Reader(HTMLParser):
    """What a browser makes of a page: its text, its elements, its JSON."""

    VOID = ("meta", "line", "rect", "circle", "path", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)
        assert self.open == []

    def handle_startendtag(self, tag, attrs) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_starttag(self, tag, attrs) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data) -> None:
        if self.open:
            self.texts.append((*self.open[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text_of(self, tag: str) -> list[str]:
        return [text for name, _, text in self.texts if name == tag]

    @property
    def text(self) -> str:
        shown = (text for name, _, text in self.texts if name not in ("script", "style", "title"))
        return " ".join("".join(shown).split())

    @property
    def document(self) -> dict:
        return json.loads("".join(self.text_of("script")))


def test_every_figure_shown_is_that_of_the_json() -> None:
    swept = replace(CONFIRMED, code="KL101", verdict=Verdict.NO_EFFECT, ratio=Ratio(1.014999, 0.98, 1.04))
    read = Reader(page(pair(), pair(swept)))
    shown = [
        (attributes["data-of"], attributes["value"], text)
        for tag, attributes, text in read.texts
        if tag == "data"
    ]
    assert len(shown) > 40
    for path, value, text in shown:
        held = reduce(
            lambda found, key: found[int(key)] if isinstance(found, list) else found[key],
            path.split("."),
            read.document,
        )
        assert json.loads(value) == held
        written = float(re.match(r"[\d.]+", text)[0])
        units = {"ms": 1e-3, "µs": 1e-6, "MB": 1e6, "GB": 1e9, "%": 0.01}
        unit = units.get(text.rpartition(" ")[2], 1.0)
        assert written * unit == pytest.approx(held, rel=0.051, abs=0.051 * unit), (path, text)


def test_the_json_holds_what_was_measured() -> None:
    document = Reader(page()).document
    assert document["hardware"] == HARDWARE
    assert document["software"] == SOFTWARE
    [record] = document["records"]
    assert (record["code"], record["verdict"], record["ratio"]) == ("KL106", "confirmed", 3.532)
    assert record["interval"] == [3.211, 3.9]
    assert record["bad"]["step_times"] == list(SLOW.step_times)


def test_sentences_and_figures_say_the_same_number() -> None:
    # To four digits this is 1.015, to three it is 1.01.
    value = 1.0149999
    edge = replace(CONFIRMED, ratio=Ratio(value, value, value), verdict=Verdict.INCONCLUSIVE)
    read = Reader(page(pair(edge)))
    [shown] = {
        text for tag, about, text in read.texts if tag == "data" and about["data-of"] == "records.0.ratio"
    }
    assert f"Anything from {shown} to {shown} fits" in read.text


def test_a_dot_stands_where_its_ratio_is() -> None:
    low, high = (replace(CONFIRMED, code=code, ratio=Ratio(value, value, value)) for code, value in LIMITS)
    read = page(pair(low), pair(high))
    overview = read[read.index('class="overview"') : read.index('class="row axis-row"')]
    dots = [float(x) for x in re.findall(r'<svg x="([\d.]+)%"', overview)]
    ones = {float(x) for x in re.findall(r'<line x1="([\d.]+)%"[^>]*class="one"', overview)}
    assert len(ones) == 1
    [one] = ones
    # On a logarithmic axis twice and half as much are equally far from 1.
    assert dots[0] - one == pytest.approx(one - dots[1], abs=0.02)
    assert dots[0] > one


LIMITS = (("KL001", 2.0), ("KL002", 0.5))


def test_the_page_needs_nothing_but_itself() -> None:
    text = page()
    read = Reader(text)
    assert not re.search(r"https?://(?!www\.w3\.org)|@import|url\(", text)
    assert all(attributes.get("src") is None for _, attributes in read.elements)
    assert [attributes["href"] for attributes in read.all("a")] == []
    assert read.all("link") == []
    assert [attributes["type"] for attributes in read.all("script")] == ["application/json"]
    [policy] = [
        each["content"] for each in read.all("meta") if each.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'")


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"'"


def test_whatever_users_write_is_text() -> None:
    hostile = replace(
        CONFIRMED,
        code=f'K"{HOSTILE}',
        name=HOSTILE,
        claim=HOSTILE,
        failure=f"`{HOSTILE}`",
        error=HOSTILE,
        equality=Equality("different", HOSTILE),
        sweep={1.0: Ratio(1, 1, 1), 2.0: Ratio(2, 2, 2)},
    )
    made = pair(hostile, HOSTILE, "x" + HOSTILE, knob=Knob(HOSTILE, HOSTILE), day=HOSTILE)
    hardware = {**HARDWARE, "class": HOSTILE, HOSTILE: HOSTILE}
    read = Reader(render([made, pair()], hardware=hardware, software={"backend": HOSTILE}))
    assert len(read.all("script")) == 1
    assert read.all("img") == []
    assert read.document["records"][0]["error"] == HOSTILE
    assert HOSTILE in read.text


def test_the_difference_is_marked_word_by_word() -> None:
    read = Reader(
        page(pair(bad="a = 1\nfit(x, epochs=2)\nend()\n", good="a = 1\nfit(x, epochs=30)\nend()\n"))
    )
    assert read.text_of("mark") == ["2", "30"]
    kinds = [each["class"] for each in read.all("div") if str(each.get("class")).startswith("line ")]
    assert kinds == ["line gone", "line come"]


def test_lines_far_from_any_difference_are_folded_and_none_is_lost() -> None:
    lines = [f"step_{number}()" for number in range(40)]
    after = [*lines[:20], "for each in others:", *lines[21:]]
    read = Reader(page(pair(bad="\n".join(lines), good="\n".join(after))))
    assert read.text_of("summary") == ["17 lines that are the same", "16 lines that are the same"]
    code = read.text_of("code")
    assert [code.count(line) for line in lines if line != "step_20()"] == [2] * 39
    assert code.count("for each in others:") == code.count("step_20()") == 1


@pytest.mark.parametrize(
    ("changes", "mark", "said"),
    [
        ({}, "✓ confirmed", "it takes 3.5 times as long. The whole interval lies above 1.05"),
        ({"measure": "memory"}, "✓ confirmed", "it needs 3.5 times the memory."),
        ({"verdict": Verdict.NO_EFFECT}, "= no effect", "The training time is the same here"),
        ({"verdict": Verdict.REFUTED}, "✗ refuted", "makes the training time larger here"),
        ({"verdict": Verdict.INCONCLUSIVE}, "? inconclusive", "Anything from 3.2 to 3.9 fits"),
        ({"quick": True}, "~ indication", "An indication, not a verdict"),
        ({"verdict": Verdict.BREAKS, "ratio": None}, "! breaks", "There is nothing to time."),
        (
            {"equality": Equality("close", "40 losses", 1e-5)},
            "",
            "The results are the same within 1e-05: 40 losses.",
        ),
        ({"equality": Equality("different", "row 3")}, "", "The results differ: row 3."),
        ({"equality": Equality("not comparable", "another model")}, "", "on purpose: another model."),
        ({"equality": None}, "", "Whether the results are the same was not looked at."),
    ],
)
def test_a_verdict_is_said_in_words(changes: dict, mark: str, said: str) -> None:
    text = Reader(page(pair(replace(CONFIRMED, **changes)))).text
    assert mark in text
    assert said in text


def test_the_page_begins_with_what_it_says() -> None:
    others = [
        replace(CONFIRMED, code="KL101", ratio=Ratio(7.1, 6.5, 7.8)),
        replace(CONFIRMED, code="KL102", verdict=Verdict.NO_EFFECT, ratio=Ratio(1, 0.98, 1.02)),
        replace(
            CONFIRMED, code="KL103", verdict=Verdict.INCONCLUSIVE, ratio=None, failure="`bad.py` was killed"
        ),
    ]
    read = Reader(page(pair(), *map(pair, others)))
    assert read.text_of("h1") == ["Two of four changes pay off, by 3.5 to 7.1 times, on a 2-core CPU."]
    assert "One makes no difference and one could not be measured." in read.text
    assert {"Some CPU", "24 GB", "2.21.0"} < set(read.text_of("dd"))
    assert [each["href"] for each in read.all("a")] == ["#KL101", "#KL106", "#KL102", "#KL103"]


def test_a_quick_look_says_that_it_is_one() -> None:
    quick = replace(CONFIRMED, quick=True, verdict=Verdict.INCONCLUSIVE, ratio=Ratio(3.5, 3.5, 3.5))
    read = Reader(page(pair(quick), pair(replace(quick, code="KL1"))))
    assert "A quick look." in read.text
    assert read.text_of("h1") == ["A quick look at two changes on a 2-core CPU."]
    assert "[3.5, 3.5]" not in read.text
    assert "A quick look." not in Reader(page()).text


def test_a_failure_is_told_with_its_last_lines_and_what_was_measured_before() -> None:
    failed = replace(CONFIRMED, failure="`bad.py` raises an error", error="Traceback:\n  <b>\nKeyError: 'x'")
    read = Reader(page(pair(failed)))
    assert read.text_of("pre") == ["Traceback:\n  <b>\nKeyError: 'x'"]
    assert "confirmed Not measured to the end: bad.py raises an error." in read.text
    assert "3.5" in read.text
    bare = Measurement("KL1", "x", "time", "time", Verdict.INCONCLUSIVE, failure="stopped")
    text = Reader(page(pair(bare))).text
    assert " not measured" in text
    assert "stopped." in text


def test_a_sweep_says_from_which_cost_on_it_is_worth_it() -> None:
    values = {1.0: 1.0, 2.0: 1.1, 4.0: 2.0}
    swept = replace(CONFIRMED, sweep={at: Ratio(value, value, value) for at, value in values.items()})
    read = Reader(page(pair(swept, knob=Knob("decoding", "ms a sample"))))
    assert "Ratio against decoding, in ms a sample" in read.text
    assert "Worth it above 1.5 ms a sample." in read.text
    [title] = [title for title in read.text_of("title") if title.startswith("Ratio against")]
    assert title.endswith("1.00 at 1; 1.10 at 2; 2.0 at 4. Worth it above 1.5 ms a sample.")


def test_every_drawing_that_says_something_has_a_name() -> None:
    swept = replace(CONFIRMED, sweep={1.0: Ratio(1, 1, 1), 2.0: Ratio(2, 2, 2)})
    read = Reader(page(pair(swept), pair()))
    named = [each for each in read.all("svg") if each.get("role") == "img"]
    # The axes repeat what stands in words.
    hidden = [each for each in read.all("svg") if each.get("aria-hidden") == "true"]
    marks = [each for each in read.all("svg") if each.get("overflow") == "visible"]
    assert len(named) + len(hidden) + len(marks) == len(read.all("svg"))
    assert len(re.findall(r'role="img"><title>[^<]', page(pair(swept), pair()))) == len(named) > 10


def palettes() -> Iterator[dict[str, str]]:
    style = page()
    for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL):
        yield dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))


def luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    parts = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_can_be_read_in_the_light_in_the_dark_and_on_paper() -> None:
    found = list(palettes())
    assert len(found) == 3
    pairs = [
        (ink, ground) for ink in ("ink", "muted") for ground in ("paper", "sheet", "ground", "gone", "come")
    ]
    pairs += [(ink, "paper") for ink in ("before", "after", "good", "worse")]
    pairs += [("ink", "gone-mark"), ("ink", "come-mark"), ("before", "gone"), ("after", "come")]
    for palette in found:
        for ink, ground in pairs:
            dark, light = sorted((luminance(palette[ink]), luminance(palette[ground])))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground, palette[ink], palette[ground])


def test_what_breaks_shows_the_error() -> None:
    broken = Measurement("KL5", "x", "breaks", "time", Verdict.BREAKS, error="TypeError: workers")
    read = Reader(page(pair(broken)))
    assert read.text_of("pre") == ["TypeError: workers"]
    assert "Not measured" not in read.text


def test_programs_that_could_not_be_read_leave_no_empty_frame() -> None:
    assert "The two programs" in Reader(page()).text
    assert "The two programs" not in Reader(page(pair(bad="", good=""))).text


@pytest.mark.parametrize("pairs", [(), (pair(),)])
def test_few_pairs_make_a_page_too(pairs: tuple) -> None:
    assert Reader(render(pairs, hardware={}, software={})).text_of("h1") != []
