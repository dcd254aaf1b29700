"""Structured logs: one line an event, as text for people or JSON for machines, to standard error.

Nothing secret is ever handed to a logger; as a second guard, values that look like tokens are blotted out here.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"\b(NNSXS|MFRWG|OJSWM|MF2XI|ONZW4)\.([A-Z2-7]{8,64})\.[A-Z2-7]{8,64}\b")


def configure(level: str, form: str) -> None:
    """Set the level (`debug` to `error`) and the form (`console` or `json`) for this process."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level if form == "json" else structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _blotted,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries log by the standard way; below warning they could quote request contents.
    logging.basicConfig(
        stream=sys.stderr, level=max(number, logging.WARNING), format="%(levelname)s %(name)s %(message)s"
    )


def _blotted(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and "." in value:
            event[key] = _TOKEN.sub(r"\1.\2.***", value)
    return event
