"""What the page shows, as JSON: the same figures, in full."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from keraslint.verify.measurement import Measurement


def measurement(found: Measurement) -> dict[str, Any]:
    """A measurement as plain data; a sweep becomes a list, for JSON has no numbers as keys."""
    return {
        **asdict(found),
        "verdict": found.verdict.value,
        "sweep": [{"at": at, **asdict(found.sweep[at])} for at in sorted(found.sweep)],
    }


def embedded(found: Sequence[Measurement], **about: object) -> Markup:
    """The document as it may stand inside a script element."""
    text = json.dumps({**about, "measurements": [measurement(each) for each in found]}, default=_plain)
    # Nothing in it may end the element, or begin a comment.
    escapes = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
    return Markup(text.translate(escapes))


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)
