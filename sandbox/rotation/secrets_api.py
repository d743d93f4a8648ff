"""The operations of Secrets Manager that the sandbox answers itself, since moto is too lenient with versions."""

import json
import uuid
from collections.abc import Mapping

from moto.secretsmanager.models import FakeSecret

from sandbox.gate import Handler, HandOn
from sandbox.gate.errors import Answer, ApiError, unknown_to_the_sandbox
from sandbox.gate.operations import Operation, names_of
from sandbox.rotation.invocations import Invocations
from sandbox.rotation.labels import CURRENT, LabelError, attach, move
from sandbox.rotation.plans import Plan, Plans
from sandbox.rotation.rotations import SECRETS_MANAGER, Rotations
from sandbox.rotation.rules import Rules, RulesError, read_rules
from sandbox.rotation.versions import Value, Versions, find_secret
from sandbox.rotation.world import World

LARGEST_VALUE = 65536
"""Bytes: "Secrets Manager quotas"."""
_NOT_FOUND = "Secrets Manager can't find the specified secret."
_DELETED = "You can't perform this operation on the secret because it was marked for deletion."


class SecretsApi:
    """Answers what concerns versions and rotation."""

    def __init__(self, world: World, plans: Plans, rotations: Rotations, invocations: Invocations) -> None:
        self._state, self._clock, self._plans = world.state, world.clock, plans
        self._rotations, self._invocations = rotations, invocations

    def handlers(self) -> dict[str, Handler]:
        """Return what stands in the gate."""
        return {
            "secretsmanager:CancelRotateSecret": self._cancel,
            "secretsmanager:DescribeSecret": self._describe,
            "secretsmanager:ListSecretVersionIds": self._list_versions,
            "secretsmanager:ListSecrets": self._describe,
            "secretsmanager:PutSecretValue": self._put_value,
            "secretsmanager:RotateSecret": self._rotate,
            "secretsmanager:UpdateSecret": self._update,
            "secretsmanager:UpdateSecretVersionStage": self._move_label,
        }

    def _rotate(self, operation: Operation, _: HandOn) -> Answer:
        with self._state.lock:
            secret, token = self._find(operation), _token(operation)
            for parameter in ("ExternalSecretRotationMetadata", "ExternalSecretRotationRoleArn"):
                if operation.parameters.get(parameter):
                    raise unknown_to_the_sandbox(f"secretsmanager:RotateSecret with {parameter}")
            known = self._plans.get(secret.arn)
            function = self._function(operation, secret, known)
            rules = self._rules(operation, known)
            unfinished = self._rotations.unfinished(known) if known else ""
            if known is not None and unfinished:
                self._rotations.go_on(known, unfinished)
                raise _invalid("A previous rotation isn't complete. That rotation will be reattempted.")
            if token in secret.versions:
                raise _in_use(token, secret)
            plan = self._set_up(secret, function, rules, known)
            self._rotations.begin(plan, token, is_test=operation.parameters.get("RotateImmediately") is False)
            return _answer({"ARN": secret.arn, "Name": secret.name, "VersionId": token})

    def _function(self, operation: Operation, secret: FakeSecret, known: Plan | None) -> str:
        function = operation.text("RotationLambdaARN") or (known.function if known else "")
        if not function:
            raise _invalid("No Lambda rotation function ARN is associated with this secret.")
        context = {"aws:SourceArn": secret.arn, "aws:SourceAccount": secret.account_id}
        if not self._invocations.service_may_invoke(SECRETS_MANAGER, function, context):
            message = (
                "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants "
                f"access to the principal {SECRETS_MANAGER}."
            )
            raise ApiError("AccessDeniedException", message, status=400)
        return function

    def _rules(self, operation: Operation, known: Plan | None) -> Rules:
        given = operation.parameters.get("RotationRules")
        if given is None and known is not None:
            return known.rules
        try:
            return read_rules(given)
        except RulesError as problem:
            raise ApiError("InvalidParameterException", str(problem), status=400) from problem

    def _set_up(self, secret: FakeSecret, function: str, rules: Rules, known: Plan | None) -> Plan:
        now = self._clock.now()
        if known is not None and known.enabled and known.rules.given == rules.given:
            known.function = function
            known.show()
            return known
        window = rules.next_window(now, now)
        plan = Plan(secret=secret, function=function, rules=rules, last=now, window=window)
        plan.show()
        self._plans.put(plan)
        return plan

    def _cancel(self, operation: Operation, _: HandOn) -> Answer:
        with self._state.lock:
            secret = self._find(operation)
            plan = self._plans.get(secret.arn)
            if plan is None:
                raise _invalid("You tried to cancel the rotation of a secret that has none.")
            plan.enabled = False
            plan.show()
            self._rotations.cancel(secret.arn)
            return _answer({"ARN": secret.arn, "Name": secret.name})

    def _describe(self, operation: Operation, hand_on: HandOn) -> Answer:
        """Let moto describe; put the rotation rules in as they were given, and leave deprecated versions out."""
        with self._state.lock:
            answer = hand_on(operation.parameters)
            body = json.loads(answer.body or b"{}")
            for described in body.get("SecretList", [body]):
                plan = self._plans.get(described.get("ARN", ""))
                if plan is not None:
                    described["RotationRules"] = dict(plan.rules.given)
                for name in {"VersionIdsToStages", "SecretVersionsToStages"} & set(described):
                    described[name] = {version: borne for version, borne in described[name].items() if borne}
            headers = tuple((name, value) for name, value in answer.headers if name.lower() != "content-length")
            return Answer(status=answer.status, headers=headers, body=json.dumps(body).encode())

    def _list_versions(self, operation: Operation, _: HandOn) -> Answer:
        """List versions with the dates of their making: moto answers with the present time for each."""
        with self._state.lock:
            secret = self._find(operation)
            everything = operation.parameters.get("IncludeDeprecated") is True
            listed = Versions(secret).listed(with_deprecated=everything)
            return _answer({"ARN": secret.arn, "Name": secret.name, "Versions": listed})

    def _put_value(self, operation: Operation, _: HandOn) -> Answer:
        with self._state.lock:
            secret, token = self._find(operation), _token(operation)
            stages = names_of(operation.parameters.get("VersionStages")) or [CURRENT]
            self._check_rotation_token(operation, secret)
            self._new_version(secret, token, _value(operation), stages)
            borne = sorted(Versions(secret).labels[token])
            return _answer({"ARN": secret.arn, "Name": secret.name, "VersionId": token, "VersionStages": borne})

    def _update(self, operation: Operation, hand_on: HandOn) -> Answer:
        """Let moto change the settings, and make the new version here."""
        with self._state.lock:
            secret = self._find(operation)
            others = {n: v for n, v in operation.parameters.items() if n not in ("SecretString", "SecretBinary")}
            answer = hand_on({**others, "ClientRequestToken": str(uuid.uuid4())})
            given = {"SecretString", "SecretBinary"} & set(operation.parameters)
            if not given or answer.status != 200:  # noqa: PLR2004 - HTTP's OK
                return answer
            token = _token(operation)
            self._new_version(secret, token, _value(operation), [CURRENT])
            return _answer({"ARN": secret.arn, "Name": secret.name, "VersionId": token})

    def _new_version(self, secret: FakeSecret, token: str, value: Value, stages: list[str]) -> None:
        """Add a version. One that has a value keeps it: the same again is no error and changes nothing."""
        versions = Versions(secret)
        kept = versions.value(token)
        if kept is not None:
            if kept != value:
                raise _in_use(token, secret)
            return
        wanted = stages if secret.versions else [*stages, CURRENT]
        versions.add(token, value)
        versions.relabel(attach(versions.labels, token, wanted))
        self._rotations.other_version(secret.arn, token)
        plan, run = self._plans.get(secret.arn), self._rotations.active(secret.arn)
        if plan is not None and run is None and CURRENT in wanted:
            plan.count_from(self._clock.now())  # AWS takes a value that a person put in for a rotation

    def _check_rotation_token(self, operation: Operation, secret: FakeSecret) -> None:
        """Refuse a token that is not the running rotation's. AWS does not document its answer."""
        given, run = operation.text("RotationToken"), self._rotations.active(secret.arn)
        if given and (run is None or given != run.rotation_token):
            raise ApiError("AccessDeniedException", "The RotationToken is not that of a running rotation.", status=400)

    def _move_label(self, operation: Operation, _: HandOn) -> Answer:
        with self._state.lock:
            secret = self._find(operation)
            versions, label = Versions(secret), operation.text("VersionStage")
            to, away_from = operation.text("MoveToVersionId"), operation.text("RemoveFromVersionId")
            try:
                labels = move(versions.labels, label, to=to, away_from=away_from)
            except LabelError as refusal:
                raise ApiError("InvalidParameterException", str(refusal), status=400) from refusal
            if label == CURRENT and versions.value(to) is None:
                raise _invalid(f"Version {to} has no value, so it can't become {CURRENT}.")
            versions.relabel(labels)
            return _answer({"ARN": secret.arn, "Name": secret.name})

    def _find(self, operation: Operation) -> FakeSecret:
        secret = find_secret(self._state, operation.account, operation.region, operation.text("SecretId"))
        if secret is None:
            raise ApiError("ResourceNotFoundException", _NOT_FOUND, status=400)
        if secret.is_deleted():
            raise _invalid(_DELETED)
        return secret


def _token(operation: Operation) -> str:
    return operation.text("ClientRequestToken") or str(uuid.uuid4())


def _value(operation: Operation) -> Value:
    text, binary = operation.parameters.get("SecretString"), operation.parameters.get("SecretBinary")
    if (text is None) == (binary is None):
        raise _invalid("You must provide either SecretString or SecretBinary.")
    given = str(text if binary is None else binary)
    if len(given.encode()) > LARGEST_VALUE:
        message = f"A secret value has {LARGEST_VALUE} bytes at most; this one has {len(given.encode())}."
        raise ApiError("ValidationException", message, status=400)
    return Value(text=given) if binary is None else Value(binary=given)


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidRequestException", message, status=400)


def _in_use(token: str, secret: FakeSecret) -> ApiError:
    message = (
        f"You can't use ClientRequestToken {token} because that value is already in use for a version of secret "
        f"{secret.arn}."
    )
    return ApiError("ResourceExistsException", message, status=400)


def _answer(body: Mapping[str, object]) -> Answer:
    headers = (("Content-Type", "application/x-amz-json-1.1"),)
    return Answer(status=200, headers=headers, body=json.dumps(body).encode())
