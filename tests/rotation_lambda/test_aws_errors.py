"""What AWS's errors mean to the protocol: done perhaps, not done, or refused."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from rotation_lambda.contracts import Stage
from rotation_lambda.errors import StoreBusyError, StoreError, StoreOutcomeUnknownError, VersionTakenError
from rotation_lambda.redaction import Sealed
from rotation_lambda.secret_list import IssuerSecrets
from rotation_lambda.secret_store import SecretsManagerStore
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda.recording import Recorder
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import version

NEW = version(2)
VALUE = ApiKeyValue(api_key=Sealed(f"{CANARY}new"))
ENDPOINT: dict[str, Any] = {"endpoint_url": "https://secretsmanager"}
DONE_PERHAPS = [
    pytest.param(Recorder.refusal("InternalServiceError", status=500), id="5xx"),
    pytest.param(Recorder.refusal("ThrottlingException", tries=1), id="throttled after another try"),
    pytest.param(Recorder.refusal("AccessDeniedException", tries=1), id="refused after another try"),
    pytest.param(ReadTimeoutError(**ENDPOINT), id="no reply"),
    pytest.param(EndpointConnectionError(**ENDPOINT), id="no connection, at the last try"),
]
NOT_DONE = [
    pytest.param(Recorder.refusal("ThrottlingException"), id="throttled"),
    pytest.param(Recorder.refusal("TooManyRequestsException"), id="throttled otherwise"),
]
REFUSED = [
    pytest.param(Recorder.refusal("AccessDeniedException"), id="denied"),
    pytest.param(Recorder.refusal("InvalidRequestException"), id="marked for deletion"),
    pytest.param(Recorder.refusal("EncryptionFailure"), id="KMS"),
    pytest.param(NoCredentialsError(), id="no credentials"),
]


def puts(error: Exception) -> None:
    SecretsManagerStore(Recorder({"put_secret_value": error}).typed(), None).put_pending("arn", NEW, VALUE)


def describes(error: Exception) -> None:
    SecretsManagerStore(Recorder({"describe_secret": error}).typed(), None).describe("arn")


@pytest.mark.parametrize("error", DONE_PERHAPS)
def test_a_change_that_may_have_been_done_says_so(error: Exception) -> None:
    with pytest.raises(StoreOutcomeUnknownError):
        puts(error)


@pytest.mark.parametrize("error", NOT_DONE)
def test_a_change_that_was_not_done_says_so(error: Exception) -> None:
    with pytest.raises(StoreBusyError):
        puts(error)


@pytest.mark.parametrize("error", REFUSED)
def test_a_refused_change_is_neither_busy_nor_in_doubt(error: Exception) -> None:
    with pytest.raises(StoreError) as refused:
        puts(error)
    assert type(refused.value) is StoreError


@pytest.mark.parametrize(
    "error",
    [
        Recorder.refusal("ThrottlingException", tries=2),
        Recorder.refusal("InternalServiceError", status=500),
        ReadTimeoutError(**ENDPOINT),
        ConnectTimeoutError(**ENDPOINT),
    ],
)
def test_a_read_leaves_no_doubt_and_may_be_made_again(error: Exception) -> None:
    with pytest.raises(StoreBusyError):
        describes(error)


def test_a_version_with_another_value_is_taken() -> None:
    with pytest.raises(VersionTakenError):
        puts(Recorder.refusal("ResourceExistsException"))
    with pytest.raises(VersionTakenError):
        puts(Recorder.refusal("ResourceExistsException", tries=1))


def test_no_sentence_of_aws_is_repeated() -> None:
    with pytest.raises(StoreError) as refused:
        puts(Recorder.refusal("AccessDeniedException", message=f"{CANARY}in a message"))
    assert CANARY not in str(refused.value)


def test_a_read_that_is_refused_is_no_missing_value() -> None:
    client = Recorder({"get_secret_value": Recorder.refusal("AccessDeniedException")})
    with pytest.raises(StoreError, match="reading a value: AccessDeniedException"):
        SecretsManagerStore(client.typed(), None).read("arn", NEW, Stage.CURRENT)


def test_a_label_that_may_have_moved_says_so() -> None:
    client = Recorder({"update_secret_version_stage": ReadTimeoutError(**ENDPOINT)})
    with pytest.raises(StoreOutcomeUnknownError, match="moving AWSCURRENT"):
        SecretsManagerStore(client.typed(), None).promote("arn", NEW, None)


def test_half_a_list_is_no_list() -> None:
    client = Recorder({"list_secrets": Recorder.refusal("ThrottlingException")})
    with pytest.raises(StoreBusyError, match="listing the secrets"):
        IssuerSecrets(client.typed(), issuer="mail", prefix="/saas/", function="arn").secrets()
