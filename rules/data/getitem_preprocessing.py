"""Batches of a Sequence are prepared one sample at a time, in Python, on every epoch."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import ItemWork
from keraslint.semantics import SequenceClass
from keraslint.semantics import Work

LARGE_MODEL = 1_000_000_000


class GetitemPreprocessing(Rule):
    """@PAGE getitem-preprocessing@"""

    code = "KL101"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    tokens = ("__getitem__",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for cls in facts.sequence_classes:
            for at, items in self._loops(cls).items():
                costliest = min(items, key=lambda item: item.work.rank)
                if costliest.work is not Work.READ:
                    yield self._finding(facts, cls, at, costliest)

    def _loops(self, cls: SequenceClass) -> dict[Site, list[ItemWork]]:
        loops: dict[Site, list[ItemWork]] = {}
        if not cls.keeps_results:
            for item in cls.work:
                if item.is_per_sample:
                    loops.setdefault(item.at, []).append(item)
        return loops

    def _finding(self, facts: Facts, cls: SequenceClass, at: Site, item: ItemWork) -> Finding:
        unseen = item.work is Work.UNSEEN
        what = f"calls `{item.call.spelled}` for each sample"
        if not unseen:
            what = f"{item.work.value} each sample with `{item.call.spelled}`"
        message = f"`{cls.name}.__getitem__` {what}, in a Python loop, again on every epoch"
        if unseen:
            message += "; what the function does cannot be seen from here"
        return Finding(
            at=at,
            message=message,
            related=(
                Related(item.call.name_site, "the work done for each sample"),
                *(Related(call.name_at, f"trains from `{cls.name}`") for call in cls.consumers),
            ),
            confidence=Confidence.MEDIUM if unseen else Confidence.HIGH,
            severity=Severity.INFO if self._model_dwarfs_it(facts, cls) else Severity.WARNING,
            fix=None if unseen else self._hoist(cls, at),
            help=(
                "prepare the samples once, in `__init__` or on disk, or move the work into a tf.data pipeline "
                "with `num_parallel_calls`"
            ),
        )

    def _model_dwarfs_it(self, facts: Facts, cls: SequenceClass) -> bool:
        costs = [facts.model_of(call) for call in cls.consumers]
        macs = [None if model is None else model.architecture.macs for model in costs]
        return bool(macs) and all(cost is not None and cost > LARGE_MODEL for cost in macs)

    def _hoist(self, cls: SequenceClass, at: Site) -> Fix | None:
        hoist = cls.hoistable(at)
        if hoist is None:
            return None
        prepared = Template(
            "{maker}([{element} for {target} in {value}])",
            nodes={
                "maker": hoist.maker,
                "element": hoist.element,
                "target": hoist.target,
                "value": hoist.value,
            },
        )
        return Fix(
            f"Prepare `self.{hoist.attribute}` once, in `__init__`",
            Applicability.UNSAFE,
            (
                ReplaceExpression(hoist.value, prepared),
                ReplaceExpression(hoist.whole, Template("{batch}", nodes={"batch": hoist.batch})),
            ),
            reason="the prepared samples of the whole set stay in memory, and later changes to the raw ones are not seen",
        )
