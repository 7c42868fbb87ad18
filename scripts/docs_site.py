"""What the site shows of the rules: a page a rule, their table, and the lists by symptom. A hook of mkdocs.

``mkdocs build`` calls it; nothing that it makes is kept in the repository. It reads what
``keraslint rule --all`` reads: the rules, their fixtures and the evidence that comes with them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from keraslint import figures
from keraslint.diagnostic import Evidence
from keraslint.diagnostic import Severity
from keraslint.evidence import records
from keraslint.measured import in_short
from keraslint.pages import Page
from keraslint.pages import described_rule
from keraslint.pages import page_of
from keraslint.pages import title_of
from keraslint.registry import RegisteredRule
from keraslint.registry import load_packs
from keraslint.rule import Claim

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page as SitePage

ROOT = Path(__file__).resolve().parents[1]
ARTICLE = ROOT / "docs" / "article"
SCHEMAS = ROOT / "keraslint" / "schema"
GROUPS = {
    "data": "Data: what the model waits for",
    "hardware": "Hardware: what the machine could do",
    "model": "Model: what a step computes",
    "training": "Training: how the steps are run",
    "compatibility": "Compatibility: what no longer works",
}
# Which rules a symptom speaks of, told from what each rule says of itself.
SYMPTOMS: Mapping[str, Callable[[RegisteredRule], bool]] = {
    "gpu-idle": lambda rule: (
        rule.group == "hardware" or (rule.group == "data" and rule.rule.claim is Claim.TIME)
    ),
    "memory": lambda rule: rule.rule.claim is Claim.MEMORY,
    "first-epoch": lambda rule: rule.rule.timed_with_tracing,
    "every-epoch": lambda rule: (
        rule.rule.claim is Claim.TIME
        and rule.group not in ("hardware", "compatibility")
        and not rule.rule.timed_with_tracing
    ),
    "keras-3": lambda rule: rule.group == "compatibility" or rule.rule.targets == (3,),
}
_HOW_TO_READ = """\
The ratio is the time of the slow program over that of the better one, or its memory: above 1 the change helps. *Safe*
fixes never change a result; *unsafe* ones are applied on request alone, and say what they change."""
_MARK = re.compile(r"^<!-- rules: ([\w-]+) -->$", re.MULTILINE)
_CLAIMED = {Claim.RESULTS: "changes results", Claim.BREAKS: "raises an error"}


# What mkdocs calls


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Complete the navigation: the rules by group, and the pages of the article."""
    rules = own_rules()
    by_group = {
        heading.partition(":")[0]: [
            {f"{rule.code} {rule.name}": path_of(rule)} for rule in rules if rule.group == group
        ]
        for group, heading in GROUPS.items()
    }
    below: dict[str, list[object]] = {
        "rules/index.md": [{group: pages} for group, pages in by_group.items()],
        "article/README.md": [
            f"article/{path.name}" for path in sorted(ARTICLE.glob("*.md")) if path.name != "README.md"
        ],
    }
    assert config.nav is not None
    config.nav = [
        {title: [{"Overview": page}, *below[page]] if isinstance(page, str) and page in below else page}
        for entry in config.nav
        for title, page in entry.items()
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that no file holds."""
    from mkdocs.structure.files import File

    for path, text in pages_of(own_rules()).items():
        files.append(File.generated(config, path, content=text))
    for schema in SCHEMAS.glob("*.json"):
        files.append(File.generated(config, f"schema/{schema.name}", abs_src_path=str(schema)))
    return files


def on_page_markdown(markdown: str, page: SitePage, config: MkDocsConfig, files: Files) -> str:
    """Put the rules where a page names a symptom, and lead to the schemas where the site has them."""
    markdown = markdown.replace("](../keraslint/schema/", "](schema/")
    return _MARK.sub(lambda found: symptom(found[1], own_rules()), markdown)


# The pages


@cache
def own_rules() -> tuple[RegisteredRule, ...]:
    """The rules that come with keraslint, whatever else is installed."""
    return load_packs([("keraslint", "keraslint.rules")]).rules


def pages_of(rules: Sequence[RegisteredRule]) -> dict[str, str]:
    """The page of each rule and the table of all, by path."""
    pages = {path_of(rule): rule_page(rule) for rule in rules}
    return {"rules/index.md": table_page(rules), **pages}


def path_of(rule: RegisteredRule) -> str:
    """Where the page of a rule stands."""
    return f"rules/{rule.name}.md"


def rule_page(rule: RegisteredRule) -> str:
    """The page of a rule, its two programs side by side."""
    page = page_of(rule, shipped=True)
    blocks = [title_of(described_rule(rule)), page.preamble, f"**Measured:** {gain(rule)}."]
    for heading, note in page.sections.items():
        programs = "\n".join(_programs(page)) if heading == "Example" else ""
        if note or programs:
            blocks += [f"## {heading}", note, programs]
    front = "---\nhide: [toc]\n---"
    return "\n\n".join(filter(None, [front, *blocks])) + "\n"


def _programs(page: Page) -> Iterator[str]:
    """Both programs, the lines marked that only one of them has."""
    bad, good = page.programs["Example"], page.programs["Use instead"]
    yield '<div class="programs" markdown>'
    for title, code, other in (("Instead of this", bad, good), ("Write this", good, bad)):
        rows = " ".join(map(str, _own_rows(code, other)))
        marked = f' hl_lines="{rows}"' if rows else ""
        yield f'<div markdown>\n\n```python title="{title}"{marked}\n{code}\n```\n\n</div>'
    yield "</div>"


def _own_rows(code: str, other: str) -> Iterator[int]:
    matcher = difflib.SequenceMatcher(None, code.splitlines(), other.splitlines(), autojunk=False)
    for kind, start, end, _, _ in matcher.get_opcodes():
        if kind != "equal":
            yield from range(start + 1, end + 1)


def table_page(rules: Sequence[RegisteredRule]) -> str:
    """The table of all rules, by group."""
    blocks = [
        "---\nhide: [toc]\n---\n\n# What it finds",
        _HOW_TO_READ,
    ]
    for group in sorted({rule.group for rule in rules}, key=lambda group: [*GROUPS, group].index(group)):
        rows = [rule for rule in rules if rule.group == group]
        blocks += [f"## {GROUPS.get(group, group.capitalize())}", _table(rows, "", severity=True)]
    return "\n\n".join(blocks) + "\n"


def symptom(name: str, rules: Sequence[RegisteredRule]) -> str:
    """What to change where somebody sees a symptom: first what was measured to help, by how much, then the rest."""
    about = sorted(filter(SYMPTOMS[name], rules), key=_promise)
    confirmed = [rule for rule in about if _confirmed(rule)]
    others = [rule for rule in about if rule not in confirmed]
    if not confirmed:
        return _table(others, "rules/") if others else "No rule looks for this yet."
    table = _table(confirmed, "rules/")
    if not others:
        return table
    rest = _table(others, "rules/").replace("\n", "\n    ")
    return f'{table}\n\n??? note "And where no gain was measured so far"\n\n    {rest}'


def _table(rules: Iterable[RegisteredRule], folder: str, *, severity: bool = False) -> str:
    heading = ("rule", "what it finds", *(("severity", "fix") if severity else ()), "measured")
    lines = [heading, ("---",) * len(heading)]
    for rule in rules:
        applicability = rule.rule.applicability
        kind = (rule.rule.severity.value, applicability.value if applicability else "") if severity else ()
        link = f"[{rule.code} {rule.name}]({folder}{rule.name}.md)"
        lines.append((link, rule.summary, *kind, gain(rule)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# What was measured


def gain(rule: RegisteredRule) -> str:
    """What was measured, in a few words."""
    found = _evidence(rule)
    if found:
        return "; ".join(in_short(each) for each in found)
    if rule.rule.claim in _CLAIMED:
        return _CLAIMED[rule.rule.claim]
    return "undecided so far" if _is_measured(rule) else "not measured yet"


def _evidence(rule: RegisteredRule) -> list[Evidence]:
    """The figures that count, one a kind of machine."""
    figures_by_machine: dict[str, Evidence] = {}
    for record in records(rule, shipped=True):
        figure = record.as_evidence()
        if figure is not None:
            figures_by_machine.setdefault(figures.machine(record.hardware), figure)
    return list(figures_by_machine.values())


def _is_measured(rule: RegisteredRule) -> bool:
    return any(not record.is_stale for record in records(rule, shipped=True))


def _confirmed(rule: RegisteredRule) -> bool:
    return any(each.verdict == "confirmed" for each in _evidence(rule))


def _promise(rule: RegisteredRule) -> tuple[float, int, str]:
    """What is worth most first: by the measured gain, then by severity."""
    ratios = [each.speedup for each in _evidence(rule) if each.verdict == "confirmed"]
    severity = list(Severity).index(rule.rule.severity)
    return -max(ratios, default=0.0), severity, rule.code
