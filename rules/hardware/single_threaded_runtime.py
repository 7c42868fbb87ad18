"""Thread pools that are cut down to one thread."""

from collections.abc import Iterable
from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import RemoveArgument
from keraslint.rule import RemoveStatement
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.semantics import Facts
from keraslint.semantics import Setting

VARIABLES = {
    "intra": "intra",
    "inter": "inter",
    "OMP_NUM_THREADS": "intra",
    "TF_NUM_INTRAOP_THREADS": "intra",
    "TF_NUM_INTEROP_THREADS": "inter",
}


class SingleThreadedRuntime(Rule):
    """TensorFlow is told to use one thread, and trains on one core.

    ## What it does
    Finds thread settings of one in a program that trains a model afterwards:
    `tf.config.threading.set_intra_op_parallelism_threads(1)`, `set_inter_op_parallelism_threads(1)`, their
    environment variables and `OMP_NUM_THREADS`, and `ConfigProto(intra_op_parallelism_threads=1)` where models
    run in sessions, as in TensorFlow 1. Both together are a warning, which stands at the last of them;
    one alone is info. An `if` around the line, a comment beside it that gives a reason, or
    `enable_op_determinism` in the same program makes it info as well, and so do a fixed `PYTHONHASHSEED`, for it
    belongs to the old recipe for repeatable runs, and trainings that run side by side: in a pool, under Horovod or
    under a strategy of several workers.

    ## Why it is slow
    Without such a line TensorFlow uses every core: a large operation is split over the threads of the intra-op
    pool, independent operations run side by side in the inter-op pool. With one thread in both, a training
    on a CPU uses one core of however many there are. One of the two alone costs little: what the one pool
    may not do, the other and the libraries below still do in part.

    ## Example

    ## Use instead

    Leave the lines out. The fix removes them, and is unsafe: sums are added up in another order, so the last
    digits differ from run to run.

    ## When to leave it
    - Runs must be repeatable to the bit; then say so in a comment.
    - Many processes or threads share the machine, one core each, each with a training of its own.
    - The operations are small. The figure below is of convolutions over pictures of 64 x 64 pixels; single runs of
      narrower convolutions and of an LSTM lost next to nothing, wide dense layers less than the figure says.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/config/threading
    """

    code = "KL206"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    backends = ("tensorflow",)
    tokens = ("_parallelism_threads", "_THREADS")
    heeds_reasons = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        found: dict[Site, Finding] = {}
        for settings in self._programs(facts):
            graphs = facts.target.tensorflow_before(2, 0) or any(
                each.name == "graph mode" for each in settings
            )
            single = [
                each for each in settings if self._is_single(each) and (graphs or not each.is_of_session)
            ]
            meant = self._meaning(facts, settings, single)
            if len({VARIABLES[each.name] for each in single}) == 2:
                found[single[-1].at] = self._finding(single[-1], single, meant)
            else:
                for each in single:
                    found.setdefault(each.at, self._finding(each, [each], meant))
        yield from found.values()

    def _programs(self, facts: Facts) -> Iterable[tuple[Setting, ...]]:
        """The settings that the same training is made under, for each training once."""
        calls = dict.fromkeys(call for each in facts.settings for call in each.reached)
        return dict.fromkeys(tuple(each for each in facts.settings if call in each.reached) for call in calls)

    def _is_single(self, setting: Setting) -> bool:
        return setting.name in VARIABLES and setting.constant in (1, "1")

    def _meaning(self, facts: Facts, settings: Iterable[Setting], single: Iterable[Setting]) -> str:
        """What in the program may be the reason, as the end of the message; "" where there is nothing."""
        names = {each.name for each in settings}
        if "determinism" in names:
            return "; `enable_op_determinism` beside it makes runs repeatable by itself"
        if "PYTHONHASHSEED" in names:
            return "; a fixed `PYTHONHASHSEED` beside it says that runs are to be repeatable"
        if any(facts.shares_machine(call) for each in single for call in each.reached):
            return "; several trainings side by side may each have a core of their own"
        return ""

    def _removal(self, setting: Setting) -> Change:
        if setting.argument:
            return RemoveArgument(setting.record.site, setting.argument)
        return RemoveStatement(setting.statement)

    def _finding(self, at: Setting, settings: list[Setting], meant: str) -> Finding:
        both = len(settings) > 1
        conditional = any(each.is_conditional for each in settings)
        message = "one thread for each operation, and one operation at a time: training uses a single core"
        if not both:
            pool = "each operation" if VARIABLES[at.name] == "intra" else "all operations together"
            message = f"one thread for {pool}: with the other pool left alone, this costs little"
        reason = "sums are added up in another order, and the last digits differ from run to run"
        return Finding(
            at=at.at,
            message=message + meant,
            related=(
                *(Related(each.at, "the other pool") for each in settings if each.at != at.at),
                *(Related(call.name_at, "trains with it") for call in at.reached),
            ),
            confidence=Confidence.MEDIUM if conditional else Confidence.HIGH,
            severity=Severity.WARNING if both and not conditional and not meant else Severity.INFO,
            fix=Fix(
                "Remove the thread settings",
                Applicability.UNSAFE,
                tuple(self._removal(each) for each in settings),
                reason=reason,
            ),
        )
