"""This portal over https, for the length of a test, with a certificate authority that its callers are told to trust."""

import contextlib
import json
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import LiveServerThread
from django.utils import timezone

from provisioning.choices import ApiScope
from provisioning.jobs import api_clients
from tests.factories import make_directory
from tests.parts import SDK_PYTHON
from tests.wire.servers import LocalAuthority, local_authority

HERE = Path(__file__).parent
HOST = "127.0.0.1"


class HttpsThread(LiveServerThread):
    """Django's own server for tests, with TLS around its socket."""

    authority: LocalAuthority

    def _create_server(self, connections_override: Any = None) -> ThreadedWSGIServer:
        server = super()._create_server(connections_override)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority.server)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.base_environ["HTTPS"] = "on"  # links in answers begin with https
        return server


@contextlib.contextmanager
def https_portal(folder: Path) -> Iterator[Mapping[str, str]]:
    """Gives what a program needs to sign in and to trust it; a client that may manage is registered."""
    shared = {each.alias: each for each in connections.all() if each.vendor == "sqlite" and each.is_in_memory_db()}
    thread = HttpsThread(HOST, StaticFilesHandler, connections_override=shared)
    thread.authority = local_authority(folder)
    for each in shared.values():
        each.inc_thread_sharing()
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    try:
        if thread.error:
            raise thread.error
        yield _told(f"https://{HOST}:{thread.port}", thread.authority.certificate)
    finally:
        thread.terminate()
        for each in shared.values():
            each.dec_thread_sharing()


def _told(root: str, certificate: Path) -> Mapping[str, str]:
    client = api_clients.register("Microsoft's SDK", ApiScope.MANAGE, None)
    secret = api_clients.add_secret(client, "", timedelta(days=1), None, timezone.now())
    return {
        "root": root,
        "ca": str(certificate),
        "tenant_id": str(make_directory().tenant_id),
        "client_id": str(client.client_id),
        "client_secret": secret.text,
    }


def run(program: str, portal: Mapping[str, str], **more: Any) -> Any:
    """What the program of this folder finds, run by the Python that has Microsoft's SDK."""
    done = subprocess.run(
        [SDK_PYTHON, HERE / program],
        input=json.dumps({**portal, **more}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
