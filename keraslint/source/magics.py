"""What IPython adds to Python: magics, shell lines and help, masked so that the rest is a program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Cell magics whose body is Python of the notebook's own namespace.
_PYTHON_CELLS = frozenset({"capture", "debug", "memit", "prun", "time", "timeit", "wandb"})

_CELL_MAGIC = re.compile(r"\s*%%(\w*)")
_ESCAPE = re.compile(r"[%!?]|[\w.*]+\?{1,2}\s*$")
_ENVIRONMENT = re.compile(r"%(?:set_)?env[ \t]+(?=\w+[ \t]*=)")
_TARGET = r"\*?[A-Za-z_]\w*(?:\.\w+|\[[^\]\n=]*\])*"
_ASSIGNED = re.compile(rf"({_TARGET}(?:[ \t]*,[ \t]*{_TARGET})*[ \t]*,?[ \t]*=)[ \t]*(?=!|%\w)")
_TIMED = re.compile(r"%(?:timeit|time|prun|memit)[ \t]+(?:-\w+[ \t]*\d*[ \t]+)*(?=[\w(\[{'\"])")
_COMPOUND = re.compile(r"(?:async|class|def|for|if|try|while|with|match)\b|@")
_TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<quote>[rRbBfFuUtT]{0,2}(?P<mark>'''|\"\"\"))"
    r"|(?P<string>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
)


class Mask(NamedTuple):
    """How a line was masked: what stands there now, and what stood there; both without the indent."""

    shown: str
    hidden: str


def is_foreign(source: str) -> bool:
    """Whether a cell holds another language, or Python that runs elsewhere (``%%bash``, ``%%writefile``)."""
    magic = _CELL_MAGIC.match(source)
    return magic is not None and magic[1] not in _PYTHON_CELLS


def begins_with_cell_magic(source: str) -> bool:
    """Whether the first line must stay the first."""
    return _CELL_MAGIC.match(source) is not None


def masks(lines: list[str]) -> dict[int, Mask]:
    """The lines of a cell that are no Python, by number from 0, and what to put there.

    What is put there is a statement where one may be needed, and the columns
    of code that is kept (after ``%time``) stay.
    """
    found: dict[int, Mask] = {}
    for number in _logical_starts(lines, found):
        body = _body(lines[number])
        if (mask := _mask(body)) is None:
            continue
        found[number] = mask
        while lines[number].rstrip("\r\n").endswith("\\") and number + 1 < len(lines):
            number += 1
            found[number] = Mask("", _body(lines[number]))
    return found


def _body(line: str) -> str:
    """A line without its indent and its end."""
    return line.lstrip().rstrip("\r\n")


def _mask(body: str) -> Mask | None:
    if (timed := _TIMED.match(body)) is not None and not _COMPOUND.match(body, timed.end()):
        hidden = timed.group()
        return Mask("pass;".ljust(len(hidden)), hidden)
    if _ENVIRONMENT.match(body):
        # Variables of the environment mean something to the code: IPython's own words keep them readable.
        return Mask(f"get_ipython().run_line_magic('env', {_ENVIRONMENT.sub('', body)!r})", body)
    if _ESCAPE.match(body):
        return Mask("pass", body)
    if (assigned := _ASSIGNED.match(body)) is not None:
        return Mask(f"{assigned[1]} get_ipython()", body)
    return None


def _logical_starts(lines: list[str], masked: dict[int, Mask]) -> Iterator[int]:
    """The lines on which a statement may begin; ``masked`` grows while this runs and is passed over."""
    depth = 0
    quote: str | None = None
    joined = False
    for number, line in enumerate(lines):
        if number in masked:
            continue
        if depth == 0 and quote is None and not joined:
            yield number
            if number in masked:
                continue
        depth, quote = _after(line, depth, quote)
        joined = quote is None and line.rstrip("\r\n").endswith("\\")


def _after(line: str, depth: int, quote: str | None) -> tuple[int, str | None]:
    """The brackets and the triple quote that are open after a line."""
    at = 0
    while True:
        if quote is not None:
            closing = re.compile(r"(?:\\.|[^\\])*?" + quote, re.DOTALL).match(line, at)
            if closing is None:
                return depth, quote
            at, quote = closing.end(), None
        token = _TOKEN.search(line, at)
        if token is None or token["comment"]:
            return depth, quote
        at = token.end()
        if token["quote"]:
            quote = token["mark"]
        elif token["open"]:
            depth += 1
        elif token["close"]:
            depth = max(depth - 1, 0)
