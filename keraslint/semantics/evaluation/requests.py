"""Functions that a web server runs for each request: by decorator, by base class, or handed to it."""

from __future__ import annotations

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

_SERVERS = (
    "aiohttp.",
    "bottle.",
    "django.",
    "fastapi.",
    "falcon.",
    "flask.",
    "flask_restful.",
    "flask_restx.",
    "flask_socketio.",
    "quart.",
    "rest_framework.",
    "sanic.",
    "starlette.",
    "tornado.",
)
_DECORATORS = ("delete", "get", "patch", "post", "put", "route", "api_route", "websocket", "on")
_METHODS = ("delete", "get", "patch", "post", "put", "on_get", "on_post", "on_put", "dispatch")
_VIEWS = ("django.", "rest_framework.")


def handles_requests(function: Function, index: CallIndex) -> bool:
    """Whether a web server runs a function of the project once for each request."""
    node = function.node
    if isinstance(node, ir.Lambda):
        return False
    if any(_registers(decorator, function.file, index) for decorator in node.decorators):
        return True
    if function.owner is not None:
        bases = attributes.external_bases(function.owner)
        return node.name in _METHODS and any(base.name.startswith(_SERVERS) for base in bases)
    first = node.parameters[0].name if node.parameters else ""
    return first == "request" and _answers(function, index)


def _registers(decorator: ir.Expression, file: str, index: CallIndex) -> bool:
    """``@app.route("/predict")``, where ``app`` comes from a package for web servers."""
    if not isinstance(decorator, ir.Call):
        return False
    return any(
        record.callee.startswith(_SERVERS) and record.callee.rsplit(".", 1)[-1] in _DECORATORS
        for record in index.at(Site(file, decorator.place))
    )


def _answers(function: Function, index: CallIndex) -> bool:
    """Whether a function makes a response of Django's itself."""
    return any(record.callee.startswith(_VIEWS) for record in index.in_function(function.site))
