"""The plugin's process: a gRPC server on a loopback port that the engine is told on standard output.

`pulumi.provider.experimental.server.main` does the same, but puts Python's class names and a traceback into
error texts, loses a resource whose creation failed half-way, and outlives an engine that was killed.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import Message
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2
from typing_extensions import override

from sandbox.provider.elided import put_back, take_out
from sandbox.provider.errors import PartialError, ProviderError
from sandbox.provider.plugin import VERSION, AwsProvider
from sandbox.provider.values import encode

_MESSAGE_LIMIT = 400 * 1024 * 1024  # the engine's own limit (sdk/go/common/util/rpcutil)
_PARENT_CHECK_SECONDS = 0.5


class OneSentence(grpc.aio.ServerInterceptor):
    """Sends the plugin's own errors as they are, one sentence without traceback; and mends what the framework can't."""

    @override
    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Wrap the method's handler."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler

        async def answer(request: object, context: Any) -> object:  # noqa: ANN401 - grpc's context has no stub
            taken = take_out(request) if isinstance(request, Message) else {}
            try:
                reply = await handler.unary_unary(request, context)
            except PartialError as error:
                context.set_trailing_metadata((("grpc-status-details-bin", _kept(error)),))
                return await context.abort(grpc.StatusCode.UNKNOWN, str(error))
            except ProviderError as error:
                return await context.abort(grpc.StatusCode.UNKNOWN, str(error))
            if isinstance(reply, provider_pb2.ReadResponse):
                put_back(reply, taken)
            return reply

        return grpc.unary_unary_rpc_method_handler(
            answer,  # type: ignore[bad-argument-type] - the stub knows synchronous servers only
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


def _kept(error: PartialError) -> bytes:
    """Return the gRPC status detail by which the engine keeps a half-made resource in its state."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.resource_id,
        properties=PropertyValue.marshal_map(encode(error.state)),
        reasons=[str(error)],
        inputs=PropertyValue.marshal_map(encode(error.inputs)),
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(detail)
    return status.SerializeToString()


class _Servicer(ProviderServicer):
    """Tells a missing resource as the engine expects it: the framework's empty answer counts as one without inputs."""

    @override
    async def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """Leave everything unset if there is nothing, so that an import of it is refused."""
        answer = await super().Read(request, context)
        return answer if answer.id else provider_pb2.ReadResponse()


async def _engine_gone(parent: int) -> None:
    """Return once the engine is gone: a killed engine can't tell its plugins to stop."""
    while os.getppid() == parent:  # noqa: ASYNC110 - the kernel sets no asyncio.Event
        await asyncio.sleep(_PARENT_CHECK_SECONDS)


async def serve(engine_address: str) -> None:
    """Serve until the engine ends.

    Args:
        engine_address: the engine's own server, as it gives it on the command line.
    """
    parent = os.getppid()
    limits = [("grpc.max_receive_message_length", _MESSAGE_LIMIT), ("grpc.max_send_message_length", -1)]
    server = grpc.aio.server(interceptors=[OneSentence()], options=limits)
    servicer = _Servicer(sys.argv[1:], VERSION, AwsProvider(), engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    ended = asyncio.create_task(server.wait_for_termination())
    orphaned = asyncio.create_task(_engine_gone(parent))
    await asyncio.wait({ended, orphaned}, return_when=asyncio.FIRST_COMPLETED)
    orphaned.cancel()
    await server.stop(grace=None)
