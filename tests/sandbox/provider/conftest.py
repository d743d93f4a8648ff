"""A moto server on a free port, and the plugin in this process, which talks to it."""

import logging
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from tests.sandbox.provider import moto_gaps
from tests.sandbox.provider.driver import REGION, Plugin
from tests.sandbox.provider.examples import ZIPS


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def server(port: int) -> Iterator[int]:
    """The server, and the environment that points every boto3 client at it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("MOTO_ACCOUNT_ID", raising=False)
        environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        moto_gaps.fill(environment)
        yield port


@pytest.fixture(scope="module")
def configured(server: int) -> Plugin:
    assert server
    plugin = Plugin()
    plugin.configure()
    return plugin


@pytest.fixture
def aws(server: int) -> Callable[[str], Any]:
    """Clients in an empty account, for somebody who works behind Pulumi's back."""
    connection = HTTPConnection("127.0.0.1", server, timeout=10)
    connection.request("POST", "/moto-api/reset")
    assert connection.getresponse().status == 200
    client: Any = boto3.Session(region_name=REGION).client
    return client


@pytest.fixture(scope="module", autouse=True)
def program_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the plugin runs, and finds what the program has made beforehand."""
    folder = tmp_path_factory.mktemp("program")
    for name, content in ZIPS.items():
        (folder / name).write_bytes(content)
    with pytest.MonkeyPatch.context() as place:
        place.chdir(folder)
        yield folder


@pytest.fixture
def plugin(aws: Callable[[str], Any], configured: Plugin) -> Plugin:
    """The plugin, in an empty account."""
    assert aws
    return configured
