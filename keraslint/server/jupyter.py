"""How JupyterLab starts the server: jupyter-lsp finds this by its entry point, and needs no configuration."""

from __future__ import annotations

import sys
from typing import Any


def spec(_: object) -> dict[str, dict[str, Any]]:
    """The server as jupyter-lsp wants it described."""
    return {
        "keraslint": {
            "version": 2,
            "argv": [sys.executable, "-m", "keraslint", "server"],
            "display_name": "keraslint",
            "languages": ["python"],
            "mime_types": ["text/x-python", "text/x-ipython"],
            # Notebooks come as texts: nothing is written beside them, and their imports are found.
            "requires_documents_on_disk": False,
        }
    }
