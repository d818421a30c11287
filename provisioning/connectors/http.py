"""What connectors over HTTP and JSON are made of."""

from collections.abc import Mapping

import requests

from provisioning.connectors.base import Connector
from provisioning.wire.client import JsonClient


class HttpConnector(JsonClient, Connector):
    """A connector over HTTP with JSON and bearer tokens. A subclass signs in, names paths and reads its own errors."""

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        Connector.__init__(self, credentials, session)
        JsonClient.__init__(self, credentials, session)
