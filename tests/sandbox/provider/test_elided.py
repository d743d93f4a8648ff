"""An old state tells of an archive its hash alone; the plugin must live with that, and keep it."""

from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2

from sandbox.provider.archives import Archive
from sandbox.provider.elided import put_back, take_out
from sandbox.provider.values import encode

SIGNATURE, ARCHIVE = "4dabf18193072939515e22adb298388d", "0def7320c3a5731c473e5ecbe6d01bc7"
ELIDED = {SIGNATURE: ARCHIVE, "hash": "abc"}


def struct(**properties: Any) -> Struct:
    made = Struct()
    made.update(properties)
    return made


def test_an_archive_that_is_a_hash_only_is_taken_out_of_old_and_new_properties() -> None:
    request = provider_pb2.DiffRequest(
        olds=struct(code=ELIDED, name="f"), old_inputs=struct(code=ELIDED, empty={**ELIDED, "assets": {}})
    )
    taken = take_out(request)
    assert set(taken) == {("olds", "code"), ("old_inputs", "code"), ("old_inputs", "empty")}
    assert dict(PropertyValue.unmarshal_map(request.olds)) == {"name": PropertyValue("f")}, "the framework can read it"


def test_an_archive_with_content_stays() -> None:
    code = PropertyValue.marshal_map(encode({"code": Archive("one.zip")}))
    request = provider_pb2.DiffRequest(news=code)
    assert take_out(request) == {}
    assert "code" in request.news.fields


def test_a_refresh_keeps_the_hash_as_it_was() -> None:
    request = provider_pb2.ReadRequest(properties=struct(code=ELIDED), inputs=struct(code=ELIDED))
    taken = take_out(request)
    answer = provider_pb2.ReadResponse(id="f", properties=struct(name="f"), inputs=struct(name="f"))
    put_back(answer, taken)
    assert answer.properties == struct(name="f", code=ELIDED)
    assert answer.inputs == struct(name="f", code=ELIDED)


def test_what_is_gone_stays_gone() -> None:
    request = provider_pb2.ReadRequest(properties=struct(code=ELIDED), inputs=struct(code=ELIDED))
    answer = provider_pb2.ReadResponse()
    put_back(answer, take_out(request))
    assert answer == provider_pb2.ReadResponse(), "with any property in it, the engine would take it for living"
