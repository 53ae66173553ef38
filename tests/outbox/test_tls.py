"""Over TLS: the certificate is judged by the name, an authority of one's own can be trusted, a handshake that hangs is cut off."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.outbox.receivers import Receiver, _Handler, receiving
from zhenwu.kernel.outbox import posting
from zhenwu.kernel.outbox.posting import post

ALLOW = ["127.0.0.1", "localhost"]


def certificate(folder: Path, address: str) -> str:
    """A certificate that vouches for itself, with its key, as a PEM file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(days=9))
    signed = made.add_extension(names, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256())
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{address}.pem"
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return str(path)


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Receiver, str]]:
    """A receiver with a certificate for 127.0.0.1, and the certificate."""
    receiver, pem = Receiver(), certificate(tmp_path, "127.0.0.1")
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": receiver}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield receiver, pem
    server.shutdown()
    server.server_close()


def test_an_authority_of_ones_own_is_trusted_when_it_is_named(secure: tuple[Receiver, str]) -> None:
    receiver, pem = secure
    url = f"https://127.0.0.1:{receiver.port}/hook"
    assert "证书不能信任" in post(url, b"{}", {}, ALLOW).error and receiver.heard == []
    assert "ZHENWU_OUTBOX_CA" in post(url, b"{}", {}, ALLOW, pem + "x").error
    assert post(url, b"{}", {}, ALLOW, pem).status == 204 and receiver.heard[0].body == b"{}"


def test_a_certificate_for_another_name_is_not_accepted(secure: tuple[Receiver, str]) -> None:
    receiver, pem = secure
    assert "证书不能信任" in post(f"https://localhost:{receiver.port}/hook", b"{}", {}, ALLOW, pem).error and receiver.heard == []


def test_who_does_not_speak_tls_hears_nothing() -> None:
    with receiving() as receiver:
        assert "加密连接没有建立" in post(f"https://127.0.0.1:{receiver.port}/", b"{}", {}, ALLOW).error and receiver.heard == []


def test_a_handshake_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WHOLE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=_drip, args=[silent], daemon=True).start()
        began = monotonic()
        answer = post(f"https://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {}, ALLOW)
        assert "没有答复" in answer.error and monotonic() - began < 4


def _drip(silent: socket.socket) -> None:
    """A record of TLS that never ends: each byte lets the next read begin anew."""
    line, _ = silent.accept()
    with line:
        try:
            line.sendall(b"\x16\x03\x03\x40\x00")
            while not threading.Event().wait(0.2):
                line.sendall(b"\x02")
        except OSError:
            return
