"""Models that are made again and again in one process."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import MoveStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import Remade
from keraslint.semantics import loads_the_same


class ModelInLoop(Rule):
    """Models are made again and again, and nothing is cleared between them.

    ## What it does
    Finds, as info, models that a loop of three passes or more makes anew, also through functions, with no
    `clear_session()` in it. It warns of a model that is built or loaded for each request to a web server (Flask,
    FastAPI, Django and their like), and of one that a loop loads from the same file on every pass.

    ## Why it takes memory
    Keras keeps names and state of all models of a process until `keras.backend.clear_session()`, and TensorFlow
    keeps the graphs that were traced for each of them. In a long search over many models that adds up. A server that
    loads its model for each request also does so while somebody waits: reading, building and tracing take far
    longer than a prediction.

    ## Example

    ## Use instead

    Call `keras.backend.clear_session()` (`tf.keras.backend.clear_session()` with Keras 2) at the beginning of each pass,
    when nothing of the model before is needed any more. For a handful of small models it is not worth it: clearing
    itself takes time.

    In a server, load the model once, at the top of the module or when the server starts. In a loop, load it before.

    ## When to leave it
    - The models of all passes are kept and used together, as an ensemble. Such loops are not reported.
    - Each model is made in a process of its own.
    - A request says which model it wants. Keep those that were loaded, by name.

    ## Measured

    ## References
    - https://keras.io/api/utils/config_utils/
    - https://www.tensorflow.org/api_docs/python/tf/keras/backend/clear_session
    """

    code = "KL407"
    severity = Severity.INFO
    applicability = Applicability.DISPLAY
    claim = Claim.MEMORY
    tokens = ("Model", "Sequential", "load_model", "applications")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for made in facts.rebuilt:
            if made.handler is not None:
                yield self._for_requests(made)
            else:
                yield self._in_loop(facts, made)

    def _for_requests(self, made: Remade) -> Finding:
        assert made.handler is not None
        return Finding(
            at=made.at,
            message=(
                f"`{made.record.spelled}` makes the model anew for each request that `{made.handler.name}` answers"
            ),
            related=(Related(made.handler.site, "answers requests"),),
            severity=Severity.WARNING,
            help="make the model once, when the server starts",
        )

    def _in_loop(self, facts: Facts, made: Remade) -> Finding:
        assert made.repetition is not None
        same = loads_the_same(made)
        what = "loads the same model" if same else "makes a model"
        clear = (
            "keras.backend.clear_session()" if facts.target.keras == 3 else "tf.keras.backend.clear_session()"
        )
        return Finding(
            at=made.at,
            message=f"`{made.record.spelled}` {what} on every pass of a loop, and none is cleared",
            related=(Related(made.repetition.loop.site, "makes one on every pass"),),
            confidence=Confidence.HIGH if made.repetition.passes is not None else Confidence.MEDIUM,
            severity=Severity.WARNING if same else Severity.INFO,
            fix=self._load_once(made) if same else self._clear(made),
            help="load it once, before the loop" if same else f"call `{clear}` before a model is made",
        )

    def _load_once(self, made: Remade) -> Fix | NoFix:
        if made.repetition is None or not made.movable:
            return NoFix("the model is not loaded by a plain statement of the loop's own block")
        return Fix(
            "Load the model once, before the loop",
            Applicability.DISPLAY,
            tuple(MoveStatement(statement, made.repetition.loop.site) for statement in made.movable),
            reason="what a pass changes in the model stays for the next one",
        )

    def _clear(self, made: Remade) -> Fix:
        template = Template("{clear}()", symbols={"clear": "keras.backend.clear_session"})
        return Fix(
            "Clear what the pass before left",
            Applicability.DISPLAY,
            (InsertStatement(made.at, "before", template),),
            reason="models made before lose their state: none of them may be in use",
        )
