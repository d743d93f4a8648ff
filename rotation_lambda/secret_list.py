"""The contract's SecretList on AWS Secrets Manager: all secrets of one issuer in one environment."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from rotation_lambda.aws_errors import store_error
from rotation_lambda.contracts import SecretDescription
from rotation_lambda.secret_store import labelled, latest, tag_texts

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_PAGE = 100  # the most that ListSecrets gives at once


class IssuerSecrets:
    """The tenants' secrets whose tag `issuer` names the function's issuer, and that name the function as their rotator.

    A key of the same issuer that a person renews has no rotator, and the function may not even describe it.
    """

    def __init__(self, client: "SecretsManagerClient", *, issuer: str, prefix: str, function: str) -> None:
        """Asks nothing of AWS yet.

        Args:
            client: The client.
            issuer: The issuer's name in the settings.
            prefix: With what the secrets' names begin.
            function: ARN of the function.
        """
        self._client = client
        self._issuer = issuer
        self._prefix = prefix
        self._function = function

    def secrets(self) -> Sequence[SecretDescription]:
        """See the contract."""
        pages = self._client.get_paginator("list_secrets").paginate(
            Filters=[
                {"Key": "name", "Values": [self._prefix]},
                {"Key": "tag-key", "Values": ["issuer"]},
                {"Key": "tag-value", "Values": [self._issuer]},  # of any tag, and by its beginning: hence the check
            ],
            PaginationConfig={"PageSize": _PAGE},
        )
        try:
            found = [
                SecretDescription(
                    arn=entry.get("ARN", ""),
                    tags=tag_texts(entry.get("Tags", [])),
                    rotation_function=entry.get("RotationLambdaARN"),
                    stages=labelled(entry.get("SecretVersionsToStages", {})),
                    next_rotation=entry.get("NextRotationDate"),
                    changed=latest(entry.get("LastChangedDate"), entry.get("LastRotatedDate")),
                )
                for page in pages
                for entry in page["SecretList"]
            ]
        except (BotoCoreError, ClientError) as error:
            raise store_error("listing the secrets", error, changes=False) from None
        return [
            secret
            for secret in found
            if secret.tags.get("issuer") == self._issuer and secret.rotation_function == self._function
        ]
