"""The golden events: what Secrets Manager, the scheduler and EventBridge send, as files."""

import json
from pathlib import Path
from typing import Any

_EVENTS = Path(__file__).parents[1] / "golden" / "events"


def golden(name: str, **changes: object) -> dict[str, Any]:
    """The event called `name`, with some keys changed; None takes one out."""
    event = json.loads((_EVENTS / f"{name}.json").read_text()) | changes
    return {key: value for key, value in event.items() if value is not None}
