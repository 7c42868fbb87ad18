"""Begin a rule: its file and its fixtures, with ``TO WRITE`` wherever something is yours to say.

    python scripts/new_rule.py

What no option says is asked for. The first digit of the code decides the
group, and so the folder.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from keraslint.registry import Registry
from keraslint.registry import load_rules

ROOT = Path(__file__).resolve().parent.parent
SEVERITIES = ("error", "warning", "info")
FIXES = ("safe", "unsafe", "display", "none")
TARGETS = {"2": (2,), "3": (3,), "both": (2, 3)}


@dataclass(frozen=True)
class NewRule:
    """What is known of a rule before it is written."""

    code: str
    name: str
    group: str
    severity: str
    fix: str
    targets: tuple[int, ...]

    @property
    def class_name(self) -> str:
        """The name in the form of a class's."""
        return "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def files(self) -> dict[str, str]:
        """The text of every file, by its path from the root of the repository."""
        script = (
            _SCRIPT if 3 in self.targets else _SCRIPT.replace("import keras\n", "import tf_keras as keras\n")
        )
        return {
            f"rules/{self.group}/{self.name.replace('-', '_')}.py": self._module(),
            f"fixtures/{self.name}/bad.py": script.format(what="the line that the rule finds"),
            f"fixtures/{self.name}/good.py": script.format(what="the same, as it should be"),
            f"fixtures/{self.name}/traps.py": script.format(
                what="lines that look guilty, and why they are not"
            ),
        }

    def _module(self) -> str:
        names = ["Confidence", "Finding", "Rule", "Severity"]
        attributes = [f'code = "{self.code}"', f"severity = Severity.{self.severity.upper()}"]
        if self.severity == "error":
            names.append("Claim")
            attributes.append("claim = Claim.BREAKS")
        if self.fix != "none":
            names += ["Applicability", "Fix"]
            attributes.append(f"applicability = Applicability.{self.fix.upper()}")
        if len(self.targets) == 1:
            attributes.append(f"targets = {self.targets}")
        attributes.append('tokens = ("TO WRITE: a text without which the rule cannot fire",)')
        return _MODULE.format(
            imports="\n".join(f"from keraslint.rule import {name}" for name in sorted(names)),
            class_name=self.class_name,
            attributes="\n    ".join(attributes),
            fix="\n                    fix=self._mend(call)," if self.fix != "none" else "",
            mend=_MEND if self.fix != "none" else "",
        )


_MODULE = '''\
"""TO WRITE: what is slow, in one line."""

from collections.abc import Iterator

{imports}
from keraslint.semantics import Facts
from keraslint.semantics import TrainingCall


class {class_name}(Rule):
    """TO WRITE: the finding in one sentence.

    ## What it does
    TO WRITE: what is found, where the finding stands, and when it has another severity.

    ## Why it is slow
    TO WRITE: what the machine does that it need not do.

    ## Example

    ## Use instead
    TO WRITE: what the better form changes, and for a fix why that is safe or what it changes.

    ## When to leave it
    TO WRITE: where the code is right as it stands.

    ## Measured

    ## References
    TO WRITE: where this can be read.
    """

    {attributes}

    def check(self, facts: Facts) -> Iterator[Finding]:
        for call in facts.training_calls:
            if self._is_slow(call):
                yield Finding(
                    at=call.name_at,
                    message=f"TO WRITE: what `{{call.method}}` does here, and what that costs",
                    confidence=Confidence.HIGH if call.is_certain else Confidence.MEDIUM,{fix}
                )

    def _is_slow(self, call: TrainingCall) -> bool:
        # TO WRITE: what the call provably does; on any doubt, False.
        return False
{mend}'''

_MEND = """
    def _mend(self, call: TrainingCall) -> Fix | None:
        # TO WRITE: a message and the changes; None where this call cannot be mended.
        return None
"""

_SCRIPT = '''\
"""TO WRITE: what this script trains, in one line."""

import keras
import numpy as np

keras.utils.set_random_seed(0)

rng = np.random.default_rng(0)
inputs = rng.random((256, 8), dtype="float32")
targets = rng.random(256, dtype="float32")

model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(1),
])
model.compile(optimizer="adam", loss="mse")
# TO WRITE: {what}.
model.fit(inputs, targets, epochs=2, verbose=2)
'''


def _groups(registry: Registry) -> dict[str, str]:
    """The group of each beginning of a code, as the rules that there are have it."""
    return {rule.code[:3]: rule.group for rule in registry.rules}


def _free(value: str, registry: Registry) -> str:
    taken = registry.find(value)
    if taken is not None:
        raise click.BadParameter(f"`{value}` is taken by {taken.rule.__module__}.")
    return value


def _code(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    registry = load_rules()
    groups = _groups(registry)
    if re.fullmatch(r"KL\d{3}", value) is None:
        raise click.BadParameter(f"`{value}` is no code such as KL199.")
    if value[:3] not in groups:
        known = ", ".join(f"{prefix} for {group}" for prefix, group in sorted(groups.items()))
        raise click.BadParameter(f"`{value}` begins as no group does: {known}.")
    return _free(value, registry)


def _name(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", value) is None:
        raise click.BadParameter(f"`{value}` is no name such as `missing-prefetch`.")
    return _free(value, load_rules())


@click.command(help="Begin a rule: make its file and its fixtures.")
@click.option("--code", prompt="Code, as in KL199", callback=_code)
@click.option("--name", prompt="Name, which reads well after the word `allow`", callback=_name)
@click.option("--severity", prompt=True, type=click.Choice(SEVERITIES), default="warning")
@click.option("--fix", prompt="Best fix it can offer", type=click.Choice(FIXES), default="none")
@click.option("--targets", prompt="Generations of Keras", type=click.Choice(list(TARGETS)), default="both")
def main(code: str, name: str, severity: str, fix: str, targets: str) -> None:
    """Make the files of a new rule and name them."""
    rule = NewRule(code, name, _groups(load_rules())[code[:3]], severity, fix, TARGETS[targets])
    for path in rule.files:
        if (ROOT / path).exists():
            sys.exit(f"{path} is there already.")
    for path, text in rule.files.items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
        click.echo(f"made {path}")
    click.echo(f"`pytest -k 'left_to_write or {name}'` says what is still to write.")


if __name__ == "__main__":
    main()
