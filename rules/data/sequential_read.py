"""Several files that are read one after the other."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts
from keraslint.semantics import SequentialRead as Read

READERS = "8"


class SequentialRead(Rule):
    """A pipeline reads several files with a single reader, which waits for the storage at every read.

    ## What it does
    Finds, in a pipeline that is trained, evaluated or predicted from: `TFRecordDataset`, `TextLineDataset` or
    `FixedLengthRecordDataset` of several files (a list, a glob, `list_files`) with no `num_parallel_reads`;
    `interleave` with no `num_parallel_calls` whose function opens a file; and `flat_map` that opens one file
    for each element. A single file, `num_parallel_calls` or `num_parallel_reads` of any value, `cycle_length=1`
    and functions of `interleave` that read no files are not reported. With a `cache` after it the finding is
    info: only the first epoch reads.

    ## Why it is slow
    One reader asks for the next piece of a file, waits until it has come, inflates it where it is compressed,
    and only then asks again. On a disk in the machine the waiting is short. On a network file system, an object
    store or a spinning disk each read takes milliseconds, and a single reader spends them idle, however fast
    the storage is when many ask at once. `interleave` alone does not help: it takes turns between files, but
    still reads from one at a time.

    ## Example

    ## Use instead

    On slow or remote storage write a number, 8 or more: `num_parallel_reads=8`, or `cycle_length=8` and
    `num_parallel_calls=8` for `interleave`. `tf.data.AUTOTUNE` in `num_parallel_reads`, or in
    `num_parallel_calls` with no `cycle_length`, is bounded by the number of cores: readers that wait need no
    core, so on a small machine it opens far fewer files than the storage could serve. `num_parallel_calls` may
    not be larger than `cycle_length`.

    The fix is safe for `interleave` with an explicit `cycle_length`: the files are read ahead in parallel, and
    their records are handed on in the same order. Everywhere else it is unsafe: the records of several files
    alternate where they came file by file. A training that shuffles does not notice; what relies on the order of
    the records does.

    ## When to leave it
    - The files are small or lie on a fast disk of the machine, and training waits for the model, not for data.
    - The order of the records means something, and no `cycle_length` can be given that keeps it.
    - There are fewer files than readers: then write the data into more files first.
    - Memory is scarce: each reader keeps a buffer of its own.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data_performance#parallelizing_data_extraction
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#interleave
    - https://www.tensorflow.org/api_docs/python/tf/data/TFRecordDataset
    """

    code = "KL104"
    severity = Severity.WARNING
    hardware = "slow or remote storage"
    applicability = Applicability.SAFE
    tokens = ("RecordDataset", "TextLineDataset")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for read in facts.sequential_reads:
            step, pipeline = read.step, read.step.pipeline
            certain = pipeline.is_certain and read.files is not None
            files = "several files" if read.files is None else f"{read.files} files"
            related = [Related(call.name_at, "consumes this dataset") for call in pipeline.consumers]
            if read.reader is not step:
                related.append(Related(read.reader.at, "opens a file"))
            yield Finding(
                at=step.at,
                message=f"`{step.name}` reads {files} with one reader, which waits for the storage at every read"
                + (", until the `cache` is full" if read.is_kept else ""),
                related=tuple(related),
                confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
                severity=Severity.INFO if read.is_kept else Severity.WARNING,
                fix=self._parallel_calls(read) if read.reader is not step else self._parallel_reads(step),
            )

    def _parallel_reads(self, step: DatasetStep) -> Fix | NoFix:
        given = step.argument("num_parallel_reads")
        if given.is_given and not given.is_literal:
            return NoFix("the number of readers comes from elsewhere")
        return self._unsafe(SetArgument(step.call, "num_parallel_reads", Template(READERS)))

    def _parallel_calls(self, read: Read) -> Fix | NoFix:
        step = read.step
        given = step.argument("num_parallel_calls")
        if given.is_given and not given.is_literal:
            return NoFix("the number of readers comes from elsewhere")
        cycle = step.argument("cycle_length")
        if step.name == "flat_map" or cycle.is_absent or cycle.is_autotune:
            return self._unsafe(
                ReplaceExpression(step.at, Template("interleave")),
                SetArgument(step.call, "cycle_length", Template(READERS)),
                SetArgument(step.call, "num_parallel_calls", Template(READERS)),
            )
        if cycle.at is None:
            return NoFix("`cycle_length` is not written in the call")
        change = SetArgument(
            step.call, "num_parallel_calls", Template("{cycle_length}", nodes={"cycle_length": cycle.at})
        )
        if read.keeps_order_in_parallel:
            return Fix("Read the files of a cycle in parallel", Applicability.SAFE, (change,))
        return self._unsafe(change)

    def _unsafe(self, *changes: Change) -> Fix:
        return Fix(
            f"Read {READERS} files at a time",
            Applicability.UNSAFE,
            changes,
            reason="the records come in another order",
        )
