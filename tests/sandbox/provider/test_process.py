"""The plugin as the engine starts it: a process of its own that speaks gRPC."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from tests.sandbox.provider.driver import REGION, urn_of

ROOT = Path(__file__).parents[3]
PLUGIN = [sys.executable, "-m", "sandbox.provider", "127.0.0.1:1"]
PATIENCE_SECONDS = 20
BUCKET = urn_of("aws:s3/bucket:Bucket")


def struct(**fields: str | bool | dict[str, str]) -> Struct:
    made = Struct()
    made.update(dict(fields.items()))
    return made


@pytest.fixture
def stub(server: int, aws: object) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    assert server
    assert aws
    with subprocess.Popen(PLUGIN, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            stub.Configure(provider_pb2.ConfigureRequest(args=struct(region=REGION)))
            yield stub
        process.terminate()


def test_it_takes_the_version_that_the_programs_sdk_asks_for(
    stub: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    answer = stub.GetPluginInfo(Empty())
    assert answer.version.startswith("7.")


def test_an_error_reaches_the_engine_without_class_names_or_traceback(
    stub: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    wrong = struct(bucket="taken", forceDestroy=False)
    stub.Create(provider_pb2.CreateRequest(urn=BUCKET, properties=wrong))
    with pytest.raises(grpc.RpcError) as caught:
        stub.Create(provider_pb2.CreateRequest(urn=BUCKET, properties=wrong))
    details = str(caught.value.details())  # type: ignore[missing-attribute] - grpc's errors are calls as well
    assert details.startswith("creating aws:s3/bucket:Bucket 'it': CreateBucket failed with BucketAlreadyOwnedByYou")


def test_a_half_made_resource_reaches_the_engine_with_id_and_state(
    stub: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    half = struct(bucket="half-made", tags={"aws:mine": "x"})
    with pytest.raises(grpc.RpcError) as caught:
        stub.Create(provider_pb2.CreateRequest(urn=BUCKET, properties=half))
    trailing = dict(caught.value.trailing_metadata())  # type: ignore[missing-attribute] - as above
    detail = provider_pb2.ErrorResourceInitFailed()
    status = status_pb2.Status.FromString(trailing["grpc-status-details-bin"])
    assert status.details[0].Unpack(detail)
    assert (detail.id, detail.properties["bucket"]) == ("half-made", "half-made")
    assert "InvalidTag" in detail.reasons[0]


def test_it_ends_when_the_engine_was_killed() -> None:
    code = f"import subprocess; p = subprocess.Popen({PLUGIN!r}); print(p.pid, flush=True); p.wait()"
    engine = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert engine.stdout is not None
    first, second = engine.stdout.readline(), engine.stdout.readline()
    assert second.strip().isdigit(), "the port: the plugin is up"
    engine.kill()
    engine.wait()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and is_running(int(first)):
        time.sleep(0.05)
    assert not is_running(int(first)), "a killed engine must not leave plugins behind"


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


LOAD_ALONE = """
import sys, types
package = types.ModuleType("sandbox")
package.__path__ = ["sandbox"]
sys.modules["sandbox"] = package
import sandbox.provider.server
print([name for name in ("boto3", "botocore", "moto", "pulumi_aws") if name in sys.modules])
"""
"""Loads the plugin's own modules without the sandbox's front door, which has imports of its own."""


def test_it_loads_only_what_every_call_of_the_engine_needs() -> None:
    answer = subprocess.run([sys.executable, "-c", LOAD_ALONE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]", "half a second more at each start of the plugin"
