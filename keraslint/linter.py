"""Facts become diagnostics: rules are asked, and what they find gets its place, its fix and its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cache
from functools import cached_property
from types import NoneType
from typing import TYPE_CHECKING
from typing import TypeAlias

from keraslint.cache import LoweredCache
from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.diagnostic import RelatedPlace
from keraslint.diagnostic import ResolvedFix
from keraslint.diagnostic import Severity
from keraslint.evidence import evidence_of
from keraslint.failures import internal_error
from keraslint.failures import reserved_finding
from keraslint.failures import source_error
from keraslint.outcome import Hidden
from keraslint.outcome import PartResult
from keraslint.outcome import in_order
from keraslint.plan import Plan
from keraslint.plan import is_test
from keraslint.registry import RegisteredRule
from keraslint.reserved import UNUSED_SUPPRESSION
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.semantics.evaluation.imports import Resolver as ImportResolver
from keraslint.semantics.facts import Facts
from keraslint.semantics.facts import NoProject
from keraslint.semantics.facts import analyse
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.generations import Traces
from keraslint.semantics.lowering.generations import find_traces
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.lowering.lower import lower
from keraslint.semantics.lowering.spans import Spans
from keraslint.semantics.lowering.usage import Names
from keraslint.semantics.lowering.usage import collect
from keraslint.semantics.target import Target
from keraslint.source.parse import collector_paused
from keraslint.source.parse import parse
from keraslint.source.reasons import Reasons
from keraslint.source.suppressions import Suppressions
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile

if TYPE_CHECKING:
    # LibCST, which it needs, is imported where a fix is to be written.
    from keraslint.fixer.resolve import Resolver

SpanStore: TypeAlias = dict[str, Spans]
"""Spans by text, for those who lint the same texts again."""

_CAUTION = (Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY)


@dataclass(frozen=True, slots=True)
class LoweredFile:
    """A file that is ready for analysis, and what is to be done with it.

    ``readable`` has the text that was lowered: ``source`` without what could
    not be parsed. ``names`` are what it imports and uses, and ``traces`` those of one generation of Keras alone.
    """

    source: SourceFile
    readable: SourceFile
    module: ir.Module
    plan: Plan
    names: Names
    traces: Traces


@dataclass(frozen=True, slots=True)
class LoweredPart:
    """A connected part of a project: what is linted together, and what it will run on.

    ``context`` are files without a framework that those of the part import;
    they may belong to other parts as well. Findings are reported in the files
    ``asked`` for; None stands for all.
    """

    files: tuple[LoweredFile, ...]
    target: Target
    context: tuple[LoweredFile, ...] = ()
    resolver: ImportResolver = field(default_factory=NoProject)
    asked: frozenset[str] | None = None

    @property
    def everything(self) -> tuple[LoweredFile, ...]:
        """The files and their context."""
        return (*self.files, *self.context)

    @property
    def spokesman(self) -> str:
        """The file under whose name mistakes that concern the whole part are reported."""
        return next(file.source.name for file in self.everything if self.is_asked(file.source.name))

    def is_asked(self, name: str) -> bool:
        """Whether what is found in a file is to be reported."""
        return self.asked is None or name in self.asked


@dataclass(frozen=True, slots=True)
class Lowered:
    """What became of a file: its lowered form, if there is one, and what is wrong with it."""

    file: LoweredFile | None
    errors: tuple[Diagnostic, ...] = ()


def lint(sources: Sequence[SourceFile], plan: Plan, target: Target, *, fixes: bool = True) -> PartResult:
    """Lint files that belong together; what cannot be parsed is a finding and leaves the rest alone.

    ``fixes`` as for :func:`lint_part`.
    """
    lowered = [lower_file(source, plan) for source in sources]
    part = LoweredPart(tuple(item.file for item in lowered if item.file is not None), target)
    result = lint_part(part, fixes=fixes)
    errors = (error for item in lowered for error in item.errors)
    return replace(result, diagnostics=in_order((*errors, *result.diagnostics)))


def lower_file(source: SourceFile, plan: Plan, cache: LoweredCache | None = None) -> Lowered:
    """Parse and lower a file; what had to be left out is a finding."""
    kept = None if cache is None else cache.get(source.text)
    try:
        with collector_paused():
            if kept is not None:
                names = collect(kept)
                return Lowered(LoweredFile(source, source, kept, plan, names, find_traces(names)))
            parsed = parse(source)
            module = lower(parsed.tree)
            names = collect(module)
            traces = find_traces(names)
    except SourceError as error:
        return Lowered(None, (source_error(source.name, error),))
    except Exception as error:
        return Lowered(None, (internal_error(source.name, "reading it", error),))
    if cache is not None and not parsed.errors:
        cache.put(source.text, module)
    errors = tuple(source_error(source.name, error) for error in parsed.errors)
    return Lowered(LoweredFile(source, parsed.source, module, plan, names, traces), errors)


def lint_part(part: LoweredPart, *, fixes: bool = True, spans: SpanStore | None = None) -> PartResult:
    """Lint one connected part of a project.

    Without ``fixes`` it is told what was found and not how to mend it, which is faster.
    """
    if not part.files:
        return PartResult()
    with collector_paused():
        return _Linting(part, fixes, {} if spans is None else spans).result()


@cache
def _is_word(token: str) -> bool:
    return token.split() == [token]


def applying(
    rules: Iterable[RegisteredRule], target: Target, texts: Sequence[str]
) -> Iterator[RegisteredRule]:
    """The rules that may have something to say about files of these texts."""
    text = "\n".join(texts)
    # Most words of a program stand in it many times.
    words = " ".join({*text.split()})
    stands = cache(lambda token: token in (words if _is_word(token) else text))
    for registered in rules:
        rule = registered.rule
        if target.keras in rule.targets and target.backend in rule.backends:
            if not rule.tokens or any(map(stands, rule.tokens)):
                yield registered


@dataclass(slots=True)
class _Found:
    """Findings of one rule at one place, as one."""

    rule: RegisteredRule
    finding: Finding
    severity: Severity


class _Linting:
    """The linting of one connected part."""

    def __init__(self, part: LoweredPart, fixes: bool, spans: SpanStore) -> None:
        self._part = part
        self._fixes = fixes
        self._target = part.target
        self._files = {file.source.name: file for file in part.everything}
        self._known_spans = spans
        self._suppressions: dict[str, Suppressions] = {}
        self._internal: list[Diagnostic] = []

    def result(self) -> PartResult:
        try:
            facts = self._facts()
        except Exception as error:
            return self._each_alone(error)
        found = list(self._merged(facts))
        shown, hidden = self._shown(found)
        diagnostics = [self._diagnostic(each) for each in shown]
        diagnostics += [each for file in self._asked_files() for each in self._unused_suppressions(file)]
        return PartResult(
            in_order((*diagnostics, *self._internal)), hidden, Counter(each.rule.code for each in found)
        )

    def _each_alone(self, error: Exception) -> PartResult:
        """What can be told of each file by itself, where they cannot be evaluated together."""
        files = self._part.files
        results = [PartResult((internal_error(self._part.spokesman, "evaluating it", error),))]
        if len(files) > 1:
            results += [
                lint_part(LoweredPart((file,), self._target), fixes=self._fixes)
                for file in self._asked_files()
            ]
        return PartResult(
            in_order(diagnostic for result in results for diagnostic in result.diagnostics),
            sum((result.hidden for result in results), Hidden()),
            sum((result.found for result in results), Counter()),
        )

    def _asked_files(self) -> Sequence[LoweredFile]:
        return [file for file in self._part.files if self._part.is_asked(file.source.name)]

    def _facts(self) -> Facts:
        modules = {name: file.module for name, file in self._files.items()}
        names = {name: file.names for name, file in self._files.items()}
        return analyse(modules, self._part.resolver, self._target, names)

    def _merged(self, facts: Facts) -> Iterator[_Found]:
        """Every finding of the rules that apply; of one rule at one place only one."""
        found: dict[tuple[str, Site], _Found] = {}
        for rule in self._rules():
            for finding in self._findings(rule, facts):
                severity = self._severity(rule, finding)
                if severity is None:
                    continue
                key = (rule.code, finding.at)
                found[key] = (
                    _merge(found[key], finding, severity) if key in found else _Found(rule, finding, severity)
                )
        for each in found.values():
            if each.rule.code in self._files[each.finding.at.file].plan.selection.codes:
                yield each

    def _severity(self, rule: RegisteredRule, finding: Finding) -> Severity | None:
        """That of the finding; a comment that says why makes a warning info, and leaves nothing of what is info."""
        severity = finding.severity or rule.rule.severity
        if severity is not Severity.ERROR and rule.rule.heeds_reasons:
            if self._reasons[finding.at.file].beside(self._span(finding.at)[0].row):
                return None if rule.rule.severity is Severity.INFO else Severity.INFO
        return severity

    @cached_property
    def _reasons(self) -> dict[str, Reasons]:
        return {name: _reasons_in(file.readable) for name, file in self._files.items()}

    def _rules(self) -> Iterator[RegisteredRule]:
        chosen = {rule.code: rule for file in self._files.values() for rule in file.plan.selection.rules}
        texts = [file.source.text for file in self._files.values()]
        return applying((chosen[code] for code in sorted(chosen)), self._target, texts)

    def _findings(self, rule: RegisteredRule, facts: Facts) -> Iterator[Finding]:
        """What a rule yields, up to where it stumbles or yields what is no finding in these files."""
        try:
            for finding in rule.rule().check(facts):
                _verify(finding, self._files)
                yield finding
        except (Exception, SystemExit) as error:
            self._internal.append(internal_error(self._part.spokesman, f"{rule.code} {rule.name}", error))

    def _shown(self, found: Sequence[_Found]) -> tuple[Sequence[_Found], Hidden]:
        shown = []
        hidden = Hidden()
        for each in found:
            file = self._files[each.finding.at.file]
            is_asked = self._part.is_asked(file.source.name)
            if not (is_asked or self._concerns_asked(each.finding)):
                continue
            if each.severity is not Severity.ERROR and is_test(file.source.path, file.plan.settings.root):
                continue
            reason = self._hidden_by(each, file)
            if reason is None and is_asked:
                shown.append(each)
            elif reason is not None and is_asked:
                hidden += reason
            elif reason is None and each.severity is not Severity.INFO:
                hidden += Hidden(elsewhere=1)
        return shown, hidden

    def _concerns_asked(self, finding: Finding) -> bool:
        return any(self._part.is_asked(related.at.file) for related in finding.related)

    def _hidden_by(self, each: _Found, file: LoweredFile) -> Hidden | None:
        if self._is_suppressed(each):
            return Hidden(suppressed=1)
        if file.plan.ignores(each.rule.code, file.source.path):
            return Hidden(per_file=1)
        if not file.plan.shows(each.severity, each.finding.confidence):
            return Hidden(below_minimum=1)
        return None

    def _is_suppressed(self, each: _Found) -> bool:
        site = each.finding.at
        row = self._span(site)[0].row
        return self._suppressions_in(site.file).match(each.rule.code, each.rule.name, row) is not None

    def _suppressions_in(self, name: str) -> Suppressions:
        if name not in self._suppressions:
            self._suppressions[name] = Suppressions(self._files[name].readable.text)
        return self._suppressions[name]

    def _unused_suppressions(self, file: LoweredFile) -> Iterator[Diagnostic]:
        selection = file.plan.selection
        if not selection.unused_suppressions:
            return
        ran = {key for rule in selection.rules for key in (rule.code, rule.name)}
        for directive, items in self._suppressions_in(file.source.name).unused(selection.known):
            # Of a rule that did not run, nobody knows whether it would have found something.
            idle = [item for item in items if item in ran or item not in selection.known]
            if idle or not items:
                message = f"`{directive.text}` silences nothing; remove it"
                if len(idle) < len(directive.items or ()):
                    message = f"of `{directive.text}`, {', '.join(idle)} silences nothing; remove that"
                start, end = (
                    Location(directive.row, column) for column in (directive.column, directive.end_column)
                )
                yield reserved_finding(UNUSED_SUPPRESSION, file.source.name, message, start, end)

    def _diagnostic(self, each: _Found) -> Diagnostic:
        finding = each.finding
        location, end_location = self._span(finding.at)
        fix = self._fix(each, location)
        return Diagnostic(
            code=each.rule.code,
            name=each.rule.name,
            severity=each.severity,
            confidence=finding.confidence,
            message=finding.message,
            filename=finding.at.file,
            location=location,
            end_location=end_location,
            # Evaluation comes by one place as often as it runs: in loops, for several objects, from several callers.
            related=tuple(
                dict.fromkeys(
                    RelatedPlace(related.at.file, *self._span(related.at), related.message)
                    for related in finding.related
                )
            ),
            help=finding.help,
            fix=fix if isinstance(fix, ResolvedFix) else None,
            unfixed=fix.reason if isinstance(fix, NoFix) else None,
            evidence=evidence_of(each.rule) if each.severity.rank >= each.rule.measured_as.rank else None,
        )

    def _span(self, site: Site) -> tuple[Location, Location]:
        row, column, end_row, end_column = self._spans(site.file).span(site.place)
        return Location(row, column), Location(end_row, end_column)

    def _spans(self, name: str) -> Spans:
        """The spans of a file, made once they are asked for: most files have no finding."""
        text = self._files[name].readable.text
        if text not in self._known_spans:
            self._known_spans[text] = Spans(text)
        return self._known_spans[text]

    def _fix(self, each: _Found, where: Location) -> ResolvedFix | NoFix | None:
        if not isinstance(each.finding.fix, Fix):
            return each.finding.fix
        if not self._fixes:
            return None
        filename = each.finding.at.file
        try:
            fix = self._resolver.resolve(each.finding.fix)
        except Exception as error:
            doing = f"the fix of {each.rule.code} {each.rule.name}"
            self._internal.append(internal_error(filename, doing, error, where))
            return None
        if isinstance(fix, NoFix):
            return fix
        if any(self._is_partial(edit.filename) for edit in fix.edits):
            return NoFix("something in the file could not be parsed")
        return self._files[filename].plan.with_own_applicability(fix, each.rule.code)

    @cached_property
    def _resolver(self) -> Resolver:
        from keraslint.fixer.resolve import Resolver
        from keraslint.fixer.trees import Program

        return Resolver(
            lambda name: Program(self._files[name].readable.text, self._files[name].module, self._spans(name))
        )

    def _is_partial(self, name: str) -> bool:
        """Whether something was left out of a file: a fix would be made from another text than the file's."""
        return self._files[name].source is not self._files[name].readable


def _verify(finding: object, files: Container[str]) -> None:
    """Raise where a rule yields something that cannot be shown."""
    if not isinstance(finding, Finding):
        raise TypeError(f"yields {type(finding).__name__}, which is no Finding")
    for name, value, kinds in (
        ("message", finding.message, str),
        ("confidence", finding.confidence, Confidence),
        ("severity", finding.severity, (Severity, NoneType)),
        ("fix", finding.fix, (Fix, NoFix, NoneType)),
        ("help", finding.help, (str, NoneType)),
    ):
        if not isinstance(value, kinds):
            raise TypeError(f"the {name} of a finding is {type(value).__name__}")
    for site in (finding.at, *(related.at for related in finding.related)):
        if not isinstance(site, Site) or site.file not in files:
            raise TypeError("a finding stands at no place of the program")


def _reasons_in(source: SourceFile) -> Reasons:
    return Reasons(source.text, source.notebook.prose if source.notebook is not None else {})


def _merge(first: _Found, finding: Finding, severity: Severity) -> _Found:
    """One finding of two at one place: the graver one, with the related places and the certainty of both."""
    graver = (severity.rank, finding.confidence.rank) > (first.severity.rank, first.finding.confidence.rank)
    kept, other = (finding, first.finding) if graver else (first.finding, finding)
    merged = replace(
        kept,
        related=tuple(dict.fromkeys((*kept.related, *other.related))),
        confidence=max(kept.confidence, other.confidence, key=lambda confidence: confidence.rank),
        fix=_fix_for_both(kept.fix, other.fix),
    )
    return _Found(first.rule, merged, severity if graver else first.severity)


def _fix_for_both(one: Fix | NoFix | None, other: Fix | NoFix | None) -> Fix | NoFix | None:
    """The fix of one place for two ways in which the program comes there: it is as safe as in the worse of them."""
    if isinstance(one, Fix) and isinstance(other, Fix):
        return max(one, other, key=lambda fix: _CAUTION.index(fix.applicability))
    return other if isinstance(one, Fix) else one
