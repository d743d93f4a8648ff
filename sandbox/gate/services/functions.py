"""Lambda: every operation is an action on a function, named as the operation except for `Invoke`.

From "Actions, resources, and condition keys for AWS Lambda" in the Service Authorization Reference. moto neither checks
the function's role nor runs a function; `rules` check the role as Lambda does, and the sandbox runs the code itself.
"""

import json
import re
from collections.abc import Iterable, Mapping

from sandbox.authoriser import PolicyKind
from sandbox.gate import moto_targets
from sandbox.gate.errors import ApiError, Protocol, unknown_to_the_sandbox
from sandbox.gate.moto_targets import Target
from sandbox.gate.operations import Check, Context, Operation, Questions, Service, names_of, request_tags, resource_tags
from sandbox.gate.service_roles import check_role
from sandbox.gate.stored_policies import check_new_policy

LAMBDA = "lambda.amazonaws.com"
INVOKE = "lambda:InvokeFunction"
_FUNCTION = re.compile(r"(?:arn:aws:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):function:)?(?P<name>[\w-]{1,64})")
_PRINCIPAL = re.compile(r"[a-z0-9.-]+\.amazonaws\.com|arn:aws:iam::\d{12}:root")
_KNOWN_TO_ADD_PERMISSION = {"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn", "StatementId"}
_RESERVED = re.compile(
    r"_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|AWS_(LAMBDA_\w+|DEFAULT_REGION|REGION|EXECUTION_ENV|"
    r"ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)"
)
"""Reserved variables: "Defined runtime environment variables" in the Lambda Developer Guide."""
_NOT_KEPT = (
    "CodeSigningConfigArn", "DeadLetterConfig", "DurableConfig", "FileSystemConfigs", "ImageConfig", "KMSKeyArn",
    "Layers", "LoggingConfig", "SnapStart", "VpcConfig",
)  # fmt: skip
"""Settings of a function that moto drops or that the sandbox does not act on."""


def place_of(operation: Operation, function: str) -> tuple[str, str, str]:
    """Return account, region and name of a function that is named by its name or its ARN, without qualifier."""
    found = _FUNCTION.fullmatch(function)
    if found is None or operation.text("Qualifier"):
        raise unknown_to_the_sandbox(
            f"lambda:{operation.name} on {function!r} with the qualifier {operation.text('Qualifier')!r}"
        )
    return found["account"] or operation.account, found["region"] or operation.region, found["name"]


def _find(operation: Operation, function: str) -> Target:
    """Return a function, or what stands for one that does not exist."""
    account, region, name = place_of(operation, function)
    arn = f"arn:aws:lambda:{region}:{account}:function:{name}"
    found = moto_targets.function(operation.state, account, region, name) if region == operation.region else None
    return found or Target(arn=arn, account=account, policy="", tags={})


def invocation(operation: Operation, function: str) -> Check:
    """Ask whether the caller may invoke a function."""
    return _ask(operation, function, INVOKE)


def _ask(operation: Operation, function: str, action: str, context: Context | None = None) -> Check:
    found = _find(operation, function)
    return operation.check(
        action,
        found.arn,
        account=found.account,
        policy=found.policy,
        context={**resource_tags(found.tags), **(context or {})},
    )


def _function(operation: Operation) -> Iterable[Check]:
    context = {"lambda:Principal": operation.text("Principal")} if operation.text("Principal") else {}
    yield _ask(operation, operation.text("FunctionName"), f"lambda:{operation.name}", context)


def _invoke(operation: Operation) -> Iterable[Check]:
    yield invocation(operation, operation.text("FunctionName"))


def _passing(operation: Operation) -> Iterable[Check]:
    if operation.text("Role"):
        yield operation.check("iam:PassRole", operation.text("Role"), context={"iam:PassedToService": LAMBDA})


def _create(operation: Operation) -> Iterable[Check]:
    tags = _tags(operation)
    yield _ask(operation, operation.text("FunctionName"), "lambda:CreateFunction", request_tags(tags))
    if tags:
        yield _ask(operation, operation.text("FunctionName"), "lambda:TagResource", request_tags(tags))
    yield from _passing(operation)


def _configure(operation: Operation) -> Iterable[Check]:
    yield from _function(operation)
    yield from _passing(operation)


def _tag(operation: Operation) -> Iterable[Check]:
    context = request_tags(_tags(operation), names_of(operation.parameters.get("TagKeys")))
    yield _ask(operation, operation.text("Resource"), f"lambda:{operation.name}", context)


def _tags(operation: Operation) -> dict[str, str]:
    tags = operation.parameters.get("Tags")
    return {str(key): str(value) for key, value in tags.items()} if isinstance(tags, Mapping) else {}


def _account_wide(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"lambda:{operation.name}", "*")


def _refuse_what_is_not_kept(operation: Operation) -> None:
    for parameter in _NOT_KEPT:
        if operation.parameters.get(parameter):
            raise unknown_to_the_sandbox(f"lambda:{operation.name} with {parameter}")


def _refuse_unusable_role(operation: Operation) -> None:
    if operation.text("Role"):
        message = "The role defined for the function cannot be assumed by Lambda."
        refusal = ApiError("InvalidParameterValueException", message, status=400)
        check_role(operation, operation.text("Role"), LAMBDA, refusal=refusal)


def _refuse_reserved_variables(operation: Operation) -> None:
    environment = operation.parameters.get("Environment")
    variables = environment.get("Variables") if isinstance(environment, Mapping) else None
    reserved = sorted(name for name in variables or () if _RESERVED.fullmatch(str(name)))
    if reserved:
        message = (
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided contains reserved keys that are currently not supported for modification: {', '.join(reserved)}"
        )
        raise ApiError("InvalidParameterValueException", message, status=400)


def _refuse_unreadable_permission(operation: Operation) -> None:
    unknown = set(operation.parameters) - _KNOWN_TO_ADD_PERMISSION
    if unknown or not _PRINCIPAL.fullmatch(operation.text("Principal")):
        what = f"lambda:AddPermission for {operation.text('Principal')!r} with {sorted(unknown)}"
        raise unknown_to_the_sandbox(what)
    kind = "AWS" if operation.text("Principal").startswith("arn:") else "Service"
    statement = {
        "Effect": "Allow",
        "Action": operation.text("Action"),
        "Principal": {kind: operation.text("Principal")},
        "Resource": "*",
        "Condition": {"ArnLike": {"aws:SourceArn": operation.text("SourceArn")}} if operation.text("SourceArn") else {},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    check_new_policy(document, "the new permission", PolicyKind.RESOURCE, operation.state)
    account, region, name = place_of(operation, operation.text("FunctionName"))
    if operation.text("StatementId") in moto_targets.permission_ids(account, region, name):
        message = f"The statement id ({operation.text('StatementId')}) provided already exists."
        raise ApiError("ResourceConflictException", message, status=409)


def _make_room(operation: Operation) -> None:
    moto_targets.forget_event_invoke_config(*place_of(operation, operation.text("FunctionName")))


_FUNCTION_OPERATIONS = (
    "AddPermission", "DeleteFunction", "DeleteFunctionConcurrency", "DeleteFunctionEventInvokeConfig", "GetFunction",
    "GetFunctionCodeSigningConfig", "GetFunctionConcurrency", "GetFunctionConfiguration",
    "GetFunctionEventInvokeConfig", "GetPolicy", "ListFunctionEventInvokeConfigs", "ListVersionsByFunction",
    "PutFunctionConcurrency", "PutFunctionEventInvokeConfig", "RemovePermission", "UpdateFunctionCode",
    "UpdateFunctionEventInvokeConfig",
)  # fmt: skip

_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_FUNCTION_OPERATIONS, _function),
    **dict.fromkeys(("ListTags", "TagResource", "UntagResource"), _tag),
    "CreateFunction": _create,
    "Invoke": _invoke,
    "ListFunctions": _account_wide,
    "UpdateFunctionConfiguration": _configure,
}

SERVICE = Service(
    protocol=Protocol.REST_JSON,
    event_source=LAMBDA,
    model="lambda",
    operations=_OPERATIONS,
    rules={
        "AddPermission": (_refuse_unreadable_permission,),
        "CreateFunction": (_refuse_what_is_not_kept, _refuse_reserved_variables, _refuse_unusable_role),
        "PutFunctionEventInvokeConfig": (_make_room,),
        "UpdateFunctionConfiguration": (_refuse_what_is_not_kept, _refuse_reserved_variables, _refuse_unusable_role),
    },
)
