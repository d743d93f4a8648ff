"""What the stack tells the function: one environment variable of JSON, with no secret in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from rotation_lambda.errors import SettingsRefusedError

VARIABLE = "ROTATION_SETTINGS"


@dataclass(frozen=True, kw_only=True)
class FunctionSettings:
    """The settings of one rotation function; it serves one issuer of one environment.

    Attributes:
        app: The app, as the tag of a secret names it.
        environment: The environment, as the tag of a secret names it.
        issuer: The issuer's name in the stack's settings.
        adapter: The adapter that speaks with it.
        base_url: The issuer's address instead of the documented one; None for the documented one.
        options: The adapter's options.
        admin_secret: ARN of the secret with the issuer's admin credential; None if the adapter needs none.
        secret_prefix: With what the names of all tenants' secrets begin, up to the tenant's id.
        schedule_group: The group of the revocation jobs in EventBridge Scheduler.
        schedule_role: ARN of the role with which the scheduler calls the function.
    """

    app: str
    environment: str
    issuer: str
    adapter: str
    base_url: str | None
    options: Mapping[str, object]
    admin_secret: str | None
    secret_prefix: str
    schedule_group: str
    schedule_role: str


def parse_settings(text: str | None) -> FunctionSettings:
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
    texts = ("app", "environment", "issuer", "adapter", "secretPrefix", "scheduleGroup", "scheduleRole")
    wrong = [f"'{name}' is not a text" for name in texts if not isinstance(fields.get(name), str) or not fields[name]]
    wrong += [
        f"'{name}' is neither a text nor null"
        for name in ("baseUrl", "adminSecret")
        if not isinstance(fields.get(name), str | None)
    ]
    if not isinstance(fields.get("options"), dict):
        wrong.append("'options' is not an object")
    if wrong:
        raise SettingsRefusedError(f"The function's variable {VARIABLE}: {', '.join(wrong)}. Deploy the stack again.")
    return FunctionSettings(
        app=fields["app"],
        environment=fields["environment"],
        issuer=fields["issuer"],
        adapter=fields["adapter"],
        base_url=fields.get("baseUrl"),
        options=fields["options"],
        admin_secret=fields.get("adminSecret"),
        secret_prefix=fields["secretPrefix"],
        schedule_group=fields["scheduleGroup"],
        schedule_role=fields["scheduleRole"],
    )
