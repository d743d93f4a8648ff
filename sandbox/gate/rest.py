"""REST services: an operation and its parameters by the service's own model, and the request that moto gets to see.

The path, the query string and the body of a request all carry parameters. moto's router and parser read them by
botocore's model, and botocore's serializer writes a new request from what they found: nothing else goes on.
"""

import io
from collections.abc import Mapping
from urllib.parse import unquote, urlencode

from botocore.serialize import create_serializer
from botocore.utils import parse_timestamp
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from sandbox.gate.errors import ApiError, Protocol, unknown_to_the_sandbox
from sandbox.gate.wire import Environ, WireRequest


def read_operation(wire: WireRequest, model: str) -> tuple[str, dict[str, object]]:
    """Return the name and the parameters of a request, under the names that boto3 uses."""
    headers = {**wire.headers, "content-type": "application/json"}
    request = Request.from_primitives(wire.method, wire.url, headers, wire.body)
    try:
        operation, labels = get_service_router(model).match(request)
    except NotFound:
        raise unknown_to_the_sandbox(f"{model}: {wire.method} {wire.path}") from None
    parser = PROTOCOL_PARSERS[Protocol.REST_JSON.value](operation, timestamp_parser=parse_timestamp)
    try:
        parameters = parser.parse(
            {
                "method": wire.method,
                "values": request.args,
                "headers": request.headers,
                "body": wire.body,
                "url_path": request.path,
                "url_params": labels,
            }
        )
    except (ValueError, TypeError, AttributeError):
        message = "The request does not have the form of its operation."
        raise ApiError("SerializationException", message, status=400) from None
    return operation.name, {str(name): value for name, value in parameters.items()}


def for_moto(environ: Environ, model: str, name: str, parameters: Mapping[str, object], account: str) -> Environ:
    """Return a new request made of an operation's parameters, in the name of the account that owns the resource."""
    serializer = create_serializer(Protocol.REST_JSON.value, include_validation=False)
    built = serializer.serialize_to_request(parameters, get_service_model(model).operation_model(name))
    # moto looks for "&Action=" even inside a JSON text, so no ampersand goes through as such
    body = bytes(built["body"]).replace(b"&", b"\\u0026")
    query = urlencode(built["query_string"], doseq=True)
    kept = {key: value for key, value in environ.items() if not key.startswith("HTTP_")}
    uri = f"{built['url_path']}?{query}" if query else built["url_path"]
    return kept | {
        "REQUEST_METHOD": built["method"],
        "PATH_INFO": unquote(built["url_path"]),
        "RAW_URI": uri,
        "REQUEST_URI": uri,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": environ["HTTP_AUTHORIZATION"],
        "HTTP_HOST": f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}",
        "HTTP_X_MOTO_ACCOUNT_ID": account,
        "wsgi.input": io.BytesIO(body),
    }
