"""A tf.data pipeline that goes back to Python for its elements."""

from collections.abc import Iterator

from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import CallRecord
from keraslint.semantics import Facts
from keraslint.semantics import Feed
from keraslint.semantics import PythonStep
from keraslint.semantics import Work

SMALL = 1_000


class PythonInPipeline(Rule):
    """A tf.data pipeline goes back to Python for each of its elements.

    ## What it does
    Finds `tf.py_function`, `tf.numpy_function` and `Dataset.from_generator` in a pipeline that a model is trained
    from, points at the Python function that they call, and names what does the same in TensorFlow where there is
    such a thing: decoding, resizing and flipping images, spectra, and most of NumPy have one. A generator that
    yields small samples one by one counts as well, though it does no more than take rows out of arrays.

    It is info where the function reads what TensorFlow has no reader for (DICOM, NIfTI, GeoTIFF, HDF5, compressed
    audio, `.npy`), where it only reads files, where a generator yields whole batches or large samples that are
    ready, and where `cache` keeps what Python made, which then runs in the first epoch alone.

    ## Why it is slow
    tf.data runs its own operations in as many threads as the machine has, without Python. A function in
    Python must wait for the interpreter's lock: `num_parallel_calls` has the calls queue for it, and the thread
    that trains wants it too. Each call also copies its tensors to NumPy and back, which is the whole cost where the
    function does next to nothing: a row of a table is fetched far more slowly than a model trains on it.

    ## Example

    ## Use instead

    Give the names of files or whole arrays to `from_tensor_slices`, and do the work in `map` with operations of
    TensorFlow and `num_parallel_calls`. Where a generator is needed, let it yield whole batches.

    Pixels need not be the same: PIL antialiases when it shrinks an image and `tf.image.resize` does not unless
    told to, and decoders of JPEG differ in the last bit. Decoded PNG files are the same.

    ## When to leave it
    - TensorFlow has nothing that reads the format or does the work. Writing the prepared samples to TFRecord files
      once takes Python out of the training.
    - The work is outside of the interpreter's lock, as OpenCV's and PIL's decoding is, and `num_parallel_calls` is
      set: measure first.
    - The model's step takes far longer than the preparation of a batch.

    Generators around environments, databases, services and streams are not reported, nor are those around a model:
    nothing else could make their data. A function that cannot be seen is not reported either.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data#consuming_python_generators
    - https://www.tensorflow.org/api_docs/python/tf/numpy_function
    - https://www.tensorflow.org/guide/data_performance
    """

    code = "KL110"
    severity = Severity.WARNING
    tokens = ("py_func", "numpy_function", "from_generator")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for step in facts.python_steps:
            if step.step.pipeline.trains and not step.step.is_short and not step.feed.comes_from_outside:
                judged = self._judge(step)
                if judged is not None:
                    yield self._finding(step, *judged)

    def _judge(self, step: PythonStep) -> tuple[Severity, str] | None:
        """How bad it is, and what the function does; None where that is not known."""
        feed = step.feed
        foreign, costliest = feed.without_counterpart, feed.costliest
        severity = Severity.INFO if step.is_kept else Severity.WARNING
        if foreign is not None:
            return Severity.INFO, f"reads{self._with(feed, foreign)}, and TensorFlow has nothing in its place"
        if costliest is not None and costliest.work.is_costly:
            return severity, costliest.work.value + self._with(feed, costliest.call)
        if costliest is not None and costliest.work is Work.READ:
            return Severity.INFO, "reads" + self._with(feed, costliest.call)
        if not feed.is_seen_through or (step.is_source and not feed.yields_from_arrays):
            return None
        if step.is_source:
            size = step.step.yielded_size
            small = size is not None and size <= SMALL and not step.gives_batches
            return severity if small else Severity.INFO, "hands on what is in memory already"
        return Severity.INFO if step.gives_batches else severity, "does what TensorFlow can do"

    def _with(self, feed: Feed, call: CallRecord) -> str:
        return "" if call.spelled == feed.name else f" with `{call.spelled}`"

    def _finding(self, step: PythonStep, severity: Severity, doing: str) -> Finding:
        feed, pipeline = step.feed, step.step.pipeline
        element = "batch" if step.gives_batches else "element"
        return Finding(
            at=step.at,
            message=f"tf.data waits for Python on every {element}: `{feed.name}` {doing}",
            related=(
                *(() if feed.at is None else (Related(feed.at, "the Python that is called"),)),
                *(Related(call.name_at, "trains from it") for call in pipeline.consumers if call.trains),
            ),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=severity,
            help=self._help(step),
        )

    def _help(self, step: PythonStep) -> str:
        feed = step.feed
        call = None if feed.costliest is None else feed.costliest.call
        instead = None if call is None or feed.without_counterpart else feed.counterpart(call)
        if call is not None and instead is not None:
            return f"`{instead}` takes the place of `{call.spelled}`"
        if step.is_source and call is None:
            return "give whole arrays to `from_tensor_slices`, or let the generator yield batches"
        return "write the prepared samples to TFRecord files once, or work on whole batches"
