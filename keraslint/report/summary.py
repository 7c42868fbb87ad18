"""The last lines of a run: what was found, what was hidden, what can be mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Severity
from keraslint.outcome import Outcome
from keraslint.report.words import count
from keraslint.report.words import listed


def report(outcome: Outcome) -> Iterator[Text]:
    """One to three lines."""
    fixed = outcome.fixed.total()
    if fixed:
        by_code: Counter[str] = Counter()
        for (_, code), number in outcome.fixed.items():
            by_code[code] += number
        each = ", ".join(f"{number} x {code}" for code, number in sorted(by_code.items()))
        yield Text(f"Fixed {count(fixed, 'finding')} ({each}).", "bold green")
    yield _found(outcome)
    fixable = _fixable(outcome)
    if fixable:
        yield Text.assemble("[", ("*", "cyan"), f"] {fixable}")


def _found(outcome: Outcome) -> Text:
    numbers = {severity: outcome.count(severity) for severity in Severity}
    parts = [
        count(numbers[severity], severity.value, "info" if severity is Severity.INFO else None)
        for severity in Severity
        if numbers[severity]
    ]
    files = count(len(outcome.plans), "file")
    text = Text(f"Found {listed(parts)} in {files}" if parts else f"All is well in {files}")
    if not outcome.fails:
        text.stylize("green")
    hidden = list(_hidden(outcome))
    return text.append(f" ({', '.join(hidden)})." if hidden else ".")


def _hidden(outcome: Outcome) -> Iterator[str]:
    hidden = outcome.hidden
    if hidden.suppressed:
        yield f"{hidden.suppressed:,} suppressed"
    if hidden.per_file:
        yield f"{hidden.per_file:,} ignored for their file"
    if hidden.below_minimum:
        yield f"{hidden.below_minimum:,} below the minimum"
    if hidden.in_baseline:
        yield f"{hidden.in_baseline:,} in the baseline"
    if hidden.elsewhere:
        yield f"{hidden.elsewhere:,} more in files that were not asked for"


def _fixable(outcome: Outcome) -> str:
    safe, unsafe = outcome.fixable(Applicability.SAFE), outcome.fixable(Applicability.UNSAFE)
    if outcome.unsafe_fixes:
        return f"{safe + unsafe:,} fixable with `--fix --unsafe-fixes`." if safe + unsafe else ""
    if safe and unsafe:
        return f"{safe:,} fixable with `--fix`, {unsafe:,} more with `--fix --unsafe-fixes`."
    if safe:
        return f"{safe:,} fixable with `--fix`."
    return f"{unsafe:,} fixable with `--fix --unsafe-fixes`." if unsafe else ""
