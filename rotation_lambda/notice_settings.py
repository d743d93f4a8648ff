"""What the stack tells the notices function: one environment variable of JSON, with no secret in it."""

import json
from dataclasses import dataclass

from rotation_lambda.errors import SettingsRefusedError

VARIABLE = "NOTICES_SETTINGS"
_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class NoticeSettings:
    """The settings of the notices function of one environment.

    Attributes:
        app: The app, as the tag of a secret names it.
        environment: The environment, as the tag of a secret names it.
        topic: ARN of the owners' topic.
        secret_prefix: With what the names of all tenants' secrets begin, up to the tenant's id.
        remind_after_days: How old a key that a person renews may grow before the owner is reminded.
    """

    app: str
    environment: str
    topic: str
    secret_prefix: str
    remind_after_days: int


def parse_settings(text: str | None) -> NoticeSettings:
    """Reads the variable.

    Raises:
        SettingsRefusedError: It is missing or not whole; the text lists every problem.
    """
    try:
        fields = json.loads(text or "")
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise SettingsRefusedError(f"The function's variable {VARIABLE} is not a JSON object. Deploy the stack again.")
    texts = ("app", "environment", "topic", "secretPrefix")
    wrong = [f"'{name}' is not a text" for name in texts if not isinstance(fields.get(name), str) or not fields[name]]
    days = fields.get("remindAfterDays", _DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        wrong.append("'remindAfterDays' is not a whole number of days")
    if wrong:
        raise SettingsRefusedError(f"The function's variable {VARIABLE}: {', '.join(wrong)}. Deploy the stack again.")
    return NoticeSettings(
        app=fields["app"],
        environment=fields["environment"],
        topic=fields["topic"],
        secret_prefix=fields["secretPrefix"],
        remind_after_days=days,
    )
