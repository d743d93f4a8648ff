"""The one HTTP client: where a credential goes, how long it waits, and what it says when it goes wrong."""

import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rotation_lambda.errors import IssuerRefusedError, NotExecutedError, OutcomeUnknownError
from rotation_lambda.http_client import HttpClient, Origin, Timeouts, origin
from rotation_lambda.http_reply import LARGEST_REPLY, Call
from rotation_lambda.redaction import Sealed
from tests.issuers.raw_server import saying

TIMES = Timeouts(connect=5, read=5, whole=10)
READ = Call(action="looking", method="GET", path="/x", changes=False, headers={"Authorization": Sealed("Bearer s")})
CHANGE = Call(action="doing", method="POST", path="/x", changes=True, body=Sealed("{}"))
GOOD = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a": 1}'
BUSY = b"HTTP/1.1 429 Busy\r\nRetry-After: %d\r\nContent-Length: 0\r\n\r\n"


def at(port: int, *, secure: bool = False) -> Origin:
    return Origin(issuer="test", secure=secure, host="127.0.0.1", port=port, prefix="/base")


def client(waits: list[float] | None = None, remaining: float = 30.0, timeouts: Timeouts = TIMES) -> HttpClient:
    return HttpClient(remaining=lambda: remaining, timeouts=timeouts, sleep=([] if waits is None else waits).append)


def test_a_call_goes_to_the_path_below_the_base_url_on_a_connection_of_its_own() -> None:
    with saying(GOOD) as raw:
        reply = client().send(at(raw.port), READ)

    (asked,) = raw.asked
    lines = asked.lower().split(b"\r\n")
    assert reply.document == {"a": 1}
    assert lines[0] == b"get /base/x http/1.1"
    assert {b"connection: close", b"accept-encoding: identity", b"authorization: bearer s"} <= set(lines)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"])
def test_no_proxy_of_the_environment_sees_a_credential(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with saying(GOOD) as proxy, saying(GOOD) as issuer:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        client().send(at(issuer.port), READ)

    assert (len(proxy.asked), len(issuer.asked)) == (0, 1)


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b'{"a": 1}',
        b'HTTP/1.1 200 OK\r\nContent-Type: a/b+json\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"a": 1}\r\n0\r\n\r\n',
        b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD,
    ],
    ids=["until-closed", "chunked", "continue"],
)
def test_a_reply_may_be_framed_in_any_way_of_http(reply: bytes) -> None:
    with saying(reply) as raw:
        assert client().send(at(raw.port), CHANGE).document == {"a": 1}


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200",
        b"SMTP ready\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n" + b'{"a": 1}',
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n" + b'{"a"',
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + b"X: y\r\n" * 200 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b'{"a": "' + b"x" * LARGEST_REPLY + b'"}',
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b"[" * (LARGEST_REPLY - 1),
    ],
    ids=["nothing", "half-a-line", "not-http", "hints", "short", "short-chunk", "bad-chunk", "headers", "huge", "deep"],
)
def test_a_broken_reply_leaves_an_effect_in_doubt_and_a_read_undone(reply: bytes) -> None:
    with saying(reply) as raw:
        with pytest.raises(OutcomeUnknownError):
            client().send(at(raw.port), CHANGE)
        with pytest.raises(NotExecutedError):
            client().send(at(raw.port), READ)

    assert len(raw.asked) == 1 + TIMES.tries, "what has an effect is made once, what has none is tried again"


def test_two_tries_wait_for_longer_and_longer() -> None:
    waits: list[float] = []
    with saying(b"") as raw, pytest.raises(NotExecutedError):
        client(waits).send(at(raw.port), READ)

    assert waits == [pytest.approx(0.3), pytest.approx(0.6)]


def test_an_issuer_that_says_how_long_to_wait_is_obeyed() -> None:
    waits: list[float] = []
    with saying(BUSY % 2) as raw, pytest.raises(NotExecutedError):
        client(waits).send(at(raw.port), READ)

    assert waits == [2, 2]


def test_what_has_an_effect_is_never_made_again_by_the_client() -> None:
    waits: list[float] = []
    with saying(BUSY % 1) as raw, pytest.raises(NotExecutedError):
        client(waits).send(at(raw.port), CHANGE)

    assert (waits, len(raw.asked)) == ([], 1), "the protocol looks before it acts again"


def test_an_early_hint_is_no_answer() -> None:
    with saying(b"HTTP/1.1 103 Early Hints\r\n\r\n") as raw, pytest.raises(OutcomeUnknownError):
        client().send(at(raw.port), replace(CHANGE, reads=False))


@pytest.mark.parametrize(("asked", "remaining"), [(6, 30.0), (3, 4.5)], ids=["longer-than-we-wait", "too-late"])
def test_a_long_wait_is_left_to_the_next_try_of_the_step(asked: int, remaining: float) -> None:
    waits: list[float] = []
    with saying(BUSY % asked) as raw, pytest.raises(NotExecutedError) as caught:
        client(waits, remaining).send(at(raw.port), READ)

    assert (waits, caught.value.retry_after, len(raw.asked)) == ([], asked, 1)


def test_with_too_little_time_nothing_is_begun() -> None:
    with saying(GOOD) as raw, pytest.raises(NotExecutedError, match="too little time"):
        client(remaining=1.9).send(at(raw.port), CHANGE)

    assert not raw.asked


def test_a_credential_that_is_no_header_is_refused_and_not_repeated() -> None:
    call = Call(action="looking", method="GET", path="/x", changes=False, headers={"X": Sealed("canary\r\nY: z")})

    with saying(GOOD) as raw, pytest.raises(IssuerRefusedError) as caught:
        client().send(at(raw.port), call)

    assert not raw.asked
    assert "canary" not in repr(caught.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("issuer.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, pkcs8, plain))
    return file


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_is_not_trusted_gets_no_request(certificate: Path) -> None:
    with saying(GOOD, server_context(certificate)) as raw, pytest.raises(NotExecutedError, match="no connection"):
        client().send(at(raw.port, secure=True), CHANGE)

    assert not raw.asked


def test_a_trusted_certificate_for_another_host_gets_no_request(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with saying(GOOD, server_context(certificate)) as raw, pytest.raises(NotExecutedError):
        client().send(at(raw.port, secure=True), CHANGE)

    assert not raw.asked


def test_a_trusted_certificate_of_the_host_is_spoken_to(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with saying(GOOD, server_context(certificate)) as raw:
        address = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", raw.port))
        monkeypatch.setattr("socket.getaddrinfo", Mock(return_value=[address]))
        where = Origin(issuer="test", secure=True, host="issuer.example", port=raw.port, prefix="")
        reply = client().send(where, CHANGE)

    assert (reply.status, len(raw.asked)) == (200, 1)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.example",
        "https://",
        "http://api.example",
        "http://127.0.0.1.api.example",
        "http://[::2]",
        "ftp://127.0.0.1",
        "https://user@api.example",
        "https://user:password@api.example",
        "https://api.example?x=1",
        "https://api.example#x",
    ],
)
def test_an_address_that_could_lead_elsewhere_is_no_base_url(address: str) -> None:
    with pytest.raises(ValueError, match="not an https address"):
        origin("test", address, from_settings=True)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:2"])
def test_plain_http_is_for_loopback_addresses_of_the_settings_only(address: str) -> None:
    assert origin("test", address, from_settings=True).secure is False
    with pytest.raises(ValueError, match="not an https address"):
        origin("test", address, from_settings=False)


def test_a_base_url_may_have_a_path() -> None:
    assert origin("test", "https://api.example/v4/", from_settings=False).prefix == "/v4"
