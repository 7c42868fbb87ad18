"""A PyTorch data loader that makes its samples in the process that trains."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import DataLoader
from keraslint.semantics import Facts
from keraslint.semantics import Work

WORKERS = "4"


class DataloaderSingleProcess(Rule):
    """A PyTorch data loader makes every sample in the process that trains.

    ## What it does
    Finds a `torch.utils.data.DataLoader` with no `num_workers`, or with `num_workers=0`, that is given to `fit`, and
    whose data set decodes, resizes, augments or computes for each sample, as torchvision's data sets do. It is
    info where the data set only reads files.

    ## Why it is slow
    With no workers, the loader calls the data set for one sample after the other, in the thread that waits for the
    batch. On an accelerator, the step itself takes little of the processor, which makes samples for one core's
    worth while the accelerator waits. Workers are processes of their own, with interpreters of their own.

    ## Example

    The example needs PyTorch beside Keras.

    ## Use instead

    Give the loader workers: as many as there are cores to spare. The fix is unsafe: each worker draws random
    numbers of its own, the data set is copied into each of them, and what it changes in itself stays there. Where
    processes are spawned, as on Windows and macOS, the script has to guard its training by
    `if __name__ == "__main__":`. With short epochs, `persistent_workers=True` saves their start.

    ## When to leave it
    - The data are small and in memory: handing them between processes costs more than making them. A
      `TensorDataset`, and a data set that only picks rows out of arrays, are not reported.
    - All cores are busy with the model's own step, as they are where the CPU trains.

    ## Measured

    ## References
    - https://docs.pytorch.org/docs/stable/data.html
    - https://keras.io/guides/training_with_built_in_methods/
    """

    code = "KL115"
    severity = Severity.WARNING
    hardware = "accelerator"
    applicability = Applicability.UNSAFE
    tokens = ("DataLoader",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for loader in facts.data_loaders:
            alone = loader.workers.is_absent or loader.workers.constant == 0
            if alone and (loader.costliest is not None or loader.decodes):
                yield self._finding(loader)

    def _finding(self, loader: DataLoader) -> Finding:
        item = loader.costliest
        reads = item is not None and item.work is Work.READ
        doing = "decodes pictures" if item is None else f"{item.work.value} with `{item.call.spelled}`"
        training = loader.training
        return Finding(
            at=loader.at,
            message=f"one process trains and makes every sample of `{loader.dataset}`, which {doing}",
            related=(
                *(() if item is None else (Related(item.call.name_site, "done for each sample"),)),
                Related(training.name_at, "waits for the batches"),
            ),
            confidence=Confidence.HIGH if training.is_certain else Confidence.MEDIUM,
            severity=Severity.INFO if reads else Severity.WARNING,
            fix=Fix(
                f"Use {WORKERS} workers",
                Applicability.UNSAFE,
                (SetArgument(loader.call, "num_workers", Template(WORKERS)),),
                reason="each worker has a copy of the data set, and draws random numbers of its own",
            ),
        )
