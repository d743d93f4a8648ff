"""What moto 5.2.5 does not keep, and the sandbox's gate makes up for; the plugin is tested against moto alone."""

from typing import Any

import pytest
from moto.awslambda.models import LambdaBackend
from moto.cloudwatch.models import CloudWatchBackend
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from sandbox.athena import moto_gaps as athena_gaps


def fill(patch: pytest.MonkeyPatch) -> None:
    """Makes moto keep what RotateSecret was told and run nothing, tag any rule, and take a second event config."""
    describe, put_event_config = FakeSecret.to_dict, LambdaBackend.put_function_event_invoke_config

    def rotate_secret(backend: Any, secret_id: str, **told: Any) -> str:
        secret = backend.secrets[secret_id]
        secret.rotation_requested = secret.rotation_enabled = True
        secret.rotation_lambda_arn = told["rotation_lambda_arn"]
        secret.declared_rules, secret.rotates_at_once = told["rotation_rules"], told["rotate_immediately"]
        return secret.to_short_dict()

    def to_dict(secret: Any) -> dict[str, Any]:
        rules = getattr(secret, "declared_rules", None)
        return {**describe(secret), **({} if rules is None else {"RotationRules": rules})}

    def put_function_event_invoke_config(backend: Any, function_name: str, config: dict[str, Any]) -> Any:
        backend.get_function(function_name).event_invoke_config.clear()
        return put_event_config(backend, function_name, config)

    athena_gaps.fill()
    patch.setattr(SecretsManagerBackend, "rotate_secret", rotate_secret)
    patch.setattr(FakeSecret, "to_dict", to_dict)

    def tag_resource(backend: Any, arn: str, tags: dict[str, str]) -> None:
        backend.tagger.tag_resource(arn, backend.tagger.convert_dict_to_tags_input(tags))

    patch.setattr(CloudWatchBackend, "tag_resource", tag_resource)
    patch.setattr(LambdaBackend, "put_function_event_invoke_config", put_function_event_invoke_config)
