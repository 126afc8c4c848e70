"""What a service says on standard error: one JSON object a line."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec

logger = logging.getLogger("mlops.serve")


class Line(logging.Formatter):
    """A record as JSON: time, level, what happened, and the fields that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **record.__dict__.get("fields", {}),
        }
        if record.exc_info:
            line["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        return msgspec.json.encode(line).decode()


def configure() -> None:
    """Send what the service, its log and uvicorn say to standard error, from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("mlops").setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # says what clients do wrong


def say(level: int, event: str, **fields: Any) -> None:
    """Write one line with fields."""
    logger.log(level, event, extra={"fields": fields})
