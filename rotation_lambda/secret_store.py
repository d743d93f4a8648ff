"""The contract's SecretStore on AWS Secrets Manager.

Each read names version and stage: without a stage, a read may show an old value. No value is kept here.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from rotation_lambda.aws_errors import code_of, store_error
from rotation_lambda.contracts import SecretDescription, Stage
from rotation_lambda.errors import LabelMovedError, NoValueError, StoreError, VersionTakenError, WrongSecretError
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue, parse_value

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import TagTypeDef

# GetSecretValue answers with the first if there is no such version, and with the second if it is on another stage.
_NOT_THERE = frozenset({"ResourceNotFoundException", "InvalidRequestException"})
_EXISTS = "ResourceExistsException"
# UpdateSecretVersionStage answers so if the label is on another version than the one that was named.
_ELSEWHERE = frozenset({"InvalidParameterException", "ResourceNotFoundException"})


class SecretsManagerStore:
    """One event's view of the secrets."""

    def __init__(self, client: "SecretsManagerClient", rotation_token: Sealed | None) -> None:
        """Asks nothing of AWS yet.

        Args:
            client: The client; its time limits are the caller's.
            rotation_token: The event's, to be handed back with each value that is put.
        """
        self._client = client
        self._rotation_token = rotation_token

    def describe(self, arn: str) -> SecretDescription:
        """See the contract."""
        try:
            answer = self._client.describe_secret(SecretId=arn)
        except (BotoCoreError, ClientError) as error:
            raise store_error("describing the secret", error, changes=False) from None
        if answer.get("DeletedDate") is not None:
            raise WrongSecretError(f"{arn} is marked for deletion. Nothing was done. Restore it if it is still needed.")
        return SecretDescription(
            arn=answer["ARN"],
            tags=tag_texts(answer.get("Tags", [])),
            rotation_function=answer.get("RotationLambdaARN"),
            stages=labelled(answer.get("VersionIdsToStages", {})),
            next_rotation=answer.get("NextRotationDate"),
            changed=latest(answer.get("LastChangedDate"), answer.get("LastRotatedDate")),
        )

    def read(self, arn: str, version: str, stage: Stage) -> ApiKeyValue:
        """See the contract."""
        return parse_value(secret_text(self._client, arn, stage, version))

    def put_pending(self, arn: str, version: str, value: ApiKeyValue) -> None:
        """See the contract."""
        token = {} if self._rotation_token is None else {"RotationToken": self._rotation_token.open()}
        try:
            self._client.put_secret_value(
                SecretId=arn,
                ClientRequestToken=version,
                SecretString=value.text().open(),
                VersionStages=[Stage.PENDING],
                **token,
            )
        except (BotoCoreError, ClientError) as error:
            if code_of(error) == _EXISTS:
                raise VersionTakenError(f"Version {version} of {arn} holds another value already.") from None
            raise store_error("storing the pending value", error, changes=True) from None

    def promote(self, arn: str, version: str, instead_of: str | None) -> None:
        """See the contract."""
        seen = {} if instead_of is None else {"RemoveFromVersionId": instead_of}
        try:
            self._client.update_secret_version_stage(
                SecretId=arn, VersionStage=Stage.CURRENT, MoveToVersionId=version, **seen
            )
        except (BotoCoreError, ClientError) as error:
            raise _label_error(arn, version, Stage.CURRENT, error) from None

    def remove_label(self, arn: str, version: str, stage: Stage) -> None:
        """See the contract."""
        try:
            self._client.update_secret_version_stage(SecretId=arn, VersionStage=stage, RemoveFromVersionId=version)
        except (BotoCoreError, ClientError) as error:
            raise _label_error(arn, version, stage, error) from None


def secret_text(client: "SecretsManagerClient", arn: str, stage: Stage, version: str | None = None) -> Sealed:
    """The text of the version that carries `stage`, which must be `version` if one is given.

    Raises:
        NoValueError: There is no such value, if `version` is given.
        WrongSecretError: It holds bytes.
        StoreError: Secrets Manager refused or failed.
    """
    which = {} if version is None else {"VersionId": version}
    try:
        answer = client.get_secret_value(SecretId=arn, VersionStage=stage, **which)
    except (BotoCoreError, ClientError) as error:
        if version is not None and code_of(error) in _NOT_THERE:
            raise NoValueError(f"There is no {stage} value of version {version} in {arn}.") from None
        raise store_error("reading a value", error, changes=False) from None
    text = answer.get("SecretString")
    if text is None:
        raise WrongSecretError(f"{arn} holds bytes; an API key is text. Put it in again.")
    return Sealed(text)


def tag_texts(tags: "Iterable[TagTypeDef]") -> Mapping[str, str]:
    """AWS's list of tags as a mapping."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags if "Key" in tag}


def labelled(stages: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    """The versions that carry a label. One without is deprecated, and AWS may delete it at any time."""
    return {version: frozenset(labels) for version, labels in stages.items() if labels}


def latest(*moments: datetime | None) -> datetime | None:
    """The latest of the moments that are known, in UTC."""
    return max((moment.astimezone(UTC) for moment in moments if moment is not None), default=None)


def _label_error(arn: str, version: str, stage: Stage, error: BotoCoreError | ClientError) -> StoreError:
    if code_of(error) in _ELSEWHERE:
        return LabelMovedError(f"{stage} of {arn} was not where this step saw it, so version {version} was left as is.")
    return store_error(f"moving {stage}", error, changes=True)
