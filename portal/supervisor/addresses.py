"""Whether a port is free, and whether what listens there answers."""

import errno
import http.client
import socket
from collections.abc import Mapping


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there. Raises OSError when it could not for another reason than a taken port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def answers(host: str, port: int, path: str, headers: Mapping[str, str]) -> bool:
    """Whether a GET gets an answer that is not a failure of the server; 503 is one: it says what it waits for."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", path, headers=dict(headers))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return status < 500 or status == 503
