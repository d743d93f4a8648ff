"""What a target of a rule is given: the event, a part of it, a text of its own, or one that was made from the event.

"Amazon EventBridge input transformation" in its User Guide. A variable whose path the event does not have leaves
nothing behind.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_PARTS = re.compile(r'(\\.|"|<[\w.-]+>)')


def input_of(target: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """Return what a target gets of an event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        paths = transformer.get("InputPathsMap", {})
        known = {name: _at(event, path) for name, path in paths.items()}
        return _filled(str(transformer["InputTemplate"]), known)
    return json.dumps(_at(event, str(target.get("InputPath", "$"))))


def _at(event: Mapping[str, Any], path: str) -> object:
    """Return what lies at a path; None where there is nothing."""
    part: Any = event
    for name in filter(None, path.removeprefix("$").strip(".").split(".")):
        part = part.get(name) if isinstance(part, Mapping) else None
    return part


def _filled(template: str, known: Mapping[str, object]) -> str:
    """Put values in the places of their variables: bare inside of a text in quotes, as JSON elsewhere."""
    filled: list[str] = []
    quoted = False
    for part in _PARTS.split(template):
        if part == '"':
            quoted = not quoted
        name = part[1:-1]
        if part.startswith("<") and part.endswith(">") and name in known:
            value = known[name]
            written = "" if value is None else json.dumps(value)
            filled.append(_bare(value, written) if quoted else written)
        else:
            filled.append(part)
    return "".join(filled)


def _bare(value: object, written: str) -> str:
    return written[1:-1] if isinstance(value, str) else json.dumps(written)[1:-1]
