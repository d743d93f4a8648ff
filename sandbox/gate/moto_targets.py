"""What a service or a person may invoke, publish to or send to, as moto holds it: functions, topics, queues.

With `moto_state`, all that the gate knows of moto's insides.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend
from moto.cloudwatch.models import CloudWatchBackend

from sandbox.gate.moto_state import MotoState


@dataclass(frozen=True, kw_only=True)
class Target:
    """A function, a topic or a queue. `policy` is its resource policy, empty where it has none."""

    arn: str
    account: str
    policy: str
    tags: Mapping[str, str]
    kms_key: str = ""
    role: str = ""


def function(state: MotoState, account: str, region: str, name: str) -> Target | None:
    """Return a function by its name, without qualifier."""
    if account not in state.accounts:
        return None
    found = next((f for f in get_backend("lambda")[account][region].list_functions() if f.function_name == name), None)
    if found is None:
        return None
    statements = found.policy.statements
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else ""
    return Target(arn=found.function_arn, account=account, policy=policy, tags=dict(found.tags), role=found.role)


def topic(state: MotoState, arn: str) -> Target | None:
    """Return a topic by its ARN."""
    account, region = _place(arn)
    if account not in state.accounts:
        return None
    found = get_backend("sns")[account][region].topics.get(arn)
    if found is None:
        return None
    key = found.kms_master_key_id or ""
    return Target(arn=arn, account=account, policy=found.policy, tags=dict(found._tags), kms_key=key)  # noqa: SLF001 - moto offers no other way


def queue(state: MotoState, arn: str) -> Target | None:
    """Return a queue by its ARN."""
    account, region = _place(arn)
    if account not in state.accounts:
        return None
    found = get_backend("sqs")[account][region].queues.get(arn.rpartition(":")[2])
    if found is None:
        return None
    return Target(
        arn=arn,
        account=account,
        policy=str(found.policy or ""),
        tags=dict(found.tags),
        kms_key=str(getattr(found, "kms_master_key_id", "") or ""),
    )


def rule_tags(account: str, region: str, arn: str) -> Mapping[str, str]:
    """Return the tags of an event rule."""
    return get_backend("events")[account][region].tagger.get_tag_dict_for_resource(arn)


def schedule_group_tags(account: str, region: str, arn: str) -> Mapping[str, str]:
    """Return the tags of a schedule group."""
    return get_backend("scheduler")[account][region].tagger.get_tag_dict_for_resource(arn)


def log_group_tags(account: str, region: str, arn: str) -> Mapping[str, str]:
    """Return the tags of a log group."""
    return get_backend("logs")[account][region].tagger.get_tag_dict_for_resource(arn)


def log_policies(state: MotoState, account: str, region: str, group: str) -> list[str]:
    """Return the resource policies that speak for a log group; none where there is no such group."""
    if account not in state.accounts:
        return []
    backend = get_backend("logs")[account][region]
    return [policy.policy_document for policy in backend.resource_policies.values() if group in backend.groups]


def alarm_tags(account: str, region: str, arn: str) -> Mapping[str, str]:
    """Return the tags of an alarm."""
    return get_backend("cloudwatch")[account][region].tagger.get_tag_dict_for_resource(arn)


def let_insight_rules_be_tagged() -> None:
    """Take away moto's doubt that anything but an alarm can have tags in CloudWatch."""

    def tag_resource(backend: CloudWatchBackend, arn: str, tags: dict[str, str]) -> None:
        backend.tagger.tag_resource(arn, backend.tagger.convert_dict_to_tags_input(tags))

    setattr(CloudWatchBackend, "tag_resource", tag_resource)  # noqa: B010 - moto offers no setting for it


def glue_tags(account: str, region: str, arn: str) -> Mapping[str, str]:
    """Return the tags of something in Glue's catalog."""
    return get_backend("glue")[account][region].get_tags(arn)


def workgroup_tags(account: str, region: str, arn: str) -> Mapping[str, str]:
    """Return the tags of an Athena workgroup."""
    return get_backend("athena")[account][region].tagger.get_tag_dict_for_resource(arn)


def workgroup_settings(account: str, region: str, name: str) -> dict[str, Any]:
    """Return the configuration of an Athena workgroup; empty where there is none."""
    found = get_backend("athena")[account][region].work_groups.get(name or "primary")
    return found.configuration if found else {}


def workgroup_of_execution(account: str, region: str, execution: str) -> str | None:
    """Return the name of the workgroup in which a statement was started."""
    found = get_backend("athena")[account][region].executions.get(execution)
    return found.workgroup.name if found and found.workgroup else None


def workgroup_of_named_query(account: str, region: str, query: str) -> str | None:
    """Return the name of the workgroup of a named query."""
    found = get_backend("athena")[account][region].named_queries.get(query)
    return found.workgroup.name if found else None


def glue_table(account: str, region: str, database: str, name: str) -> Mapping[str, Any] | None:
    """Return a Glue table as GetTable describes it."""
    found = get_backend("glue")[account][region].databases.get(database)
    table = found.tables.get(name) if found else None
    return table.as_dict() if table else None


def permission_ids(account: str, region: str, name: str) -> set[str]:
    """Return the statement ids of a function's permissions; moto would add a second one of the same id."""
    functions = get_backend("lambda")[account][region].list_functions()
    return {s["Sid"] for f in functions if f.function_name == name for s in f.policy.statements}


def forget_event_invoke_config(account: str, region: str, name: str) -> None:
    """Make room for a new one: moto would keep the old one before it and answer with that."""
    get_backend("lambda")[account][region].get_function(name).event_invoke_config.clear()


def set_action_after_completion(account: str, region: str, group: str, name: str, action: str) -> None:
    """Change what becomes of a schedule in the end: moto's UpdateSchedule leaves that as it was."""
    get_backend("scheduler")[account][region].get_schedule(group, name).action_after_completion = action


def _place(arn: str) -> tuple[str, str]:
    """Return an ARN's account and region."""
    parts = arn.split(":")
    return (parts[4], parts[3]) if len(parts) > 4 else ("", "")  # noqa: PLR2004 - the account is an ARN's fifth part
