"""A `PyDataset` whose `__init__` never calls the constructor of its base."""

from collections.abc import Iterator

from keraslint.rule import AddParameter
from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import SequenceClass


class PydatasetInitNotCalled(Rule):
    """@PAGE pydataset-init-not-called@"""

    code = "KL503"
    severity = Severity.WARNING
    claim = Claim.RESULTS
    applicability = Applicability.SAFE
    targets = (3,)
    tokens = ("__init__",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for cls in facts.sequence_classes:
            constructor = cls.constructor_at
            if (
                constructor is not None
                and cls.generation != 2
                and cls.calls_base_constructor is False
                and not cls.inherits_silent_constructor
            ):
                yield Finding(
                    at=constructor,
                    message=(
                        f"`{cls.name}.__init__` never calls `super().__init__`: Keras 3 warns at run time, "
                        "and `workers` cannot be set"
                    ),
                    related=tuple(
                        Related(call.name_at, f"trains from `{cls.name}` with one worker")
                        for call in cls.consumers
                    ),
                    fix=self._call_base(cls),
                )

    def _call_base(self, cls: SequenceClass) -> Fix | None:
        definition = cls.constructor_definition
        if definition is None:
            return None
        keywords = cls.constructor_keywords
        insert = InsertStatement(
            definition, "body-start", Template(f"super().__init__(**{keywords or 'kwargs'})")
        )
        if keywords is not None:
            # What the class takes in its own ``**kwargs`` may be nothing that the base knows.
            insert = InsertStatement(definition, "body-start", Template("super().__init__()"))
            return Fix("Call `super().__init__()`", Applicability.SAFE, (insert,))
        return Fix(
            "Call `super().__init__(**kwargs)`",
            Applicability.SAFE,
            (AddParameter(definition, "**kwargs"), insert),
        )
