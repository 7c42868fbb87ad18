"""A `PyDataset` whose `__init__` never calls the constructor of its base."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.rule import pass_keywords
from keraslint.semantics import Facts
from keraslint.semantics import SequenceClass


class PydatasetInitNotCalled(Rule):
    """The constructor of a PyDataset never calls that of Keras.

    ## What it does
    Finds subclasses of `keras.utils.PyDataset` (`keras.utils.Sequence` is another name of it in Keras 3)
    whose `__init__` reaches no constructor of the base class in any form: not by `super()`, not by the
    name of the base, not through a class in between or a method of its own. The finding stands at that
    `__init__`.

    ## Why it is slow
    The base class keeps `workers`, `use_multiprocessing` and `max_queue_size`. Without its constructor
    they cannot be set where the data set is made; Keras warns at run time, takes one worker and goes on,
    whatever the machine has. This costs nothing by itself where one worker is enough: the finding is about
    settings that are lost, and about a warning on every run.

    ## Example

    ## Use instead

    The fix calls the base first and gives the constructor a `**kwargs` to pass on, as Keras's own warning
    advises. It is safe: the defaults of the base are what Keras falls back to.

    ## When to leave it
    - The attributes are set by hand afterwards (`data.workers = 4` works, and silences Keras's warning when
      all three are set).
    - The class must run on Keras 2 alone, whose `Sequence` has no constructor; there the rule is silent, as it is
      where a script only takes items of the object by itself and Keras never sees it.

    ## Measured

    ## References
    - https://keras.io/api/utils/python_utils/
    - https://keras.io/guides/migrating_to_keras_3/
    """

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
                and not cls.is_kept_from_keras
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

    def _call_base(self, cls: SequenceClass) -> Fix | NoFix:
        definition = cls.constructor_definition
        if definition is None:
            return NoFix("the class has no `__init__` of its own")
        if cls.constructor_keywords is not None:
            # What the class takes in its own ``**kwargs`` may be nothing that the base knows.
            insert = InsertStatement(definition, "body-start", Template("super().__init__()"))
            return Fix("Call `super().__init__()`", Applicability.SAFE, (insert,))
        return Fix("Call `super().__init__(**kwargs)`", Applicability.SAFE, pass_keywords(definition, None))
