"""How many requests the bench's target answers at most: as little as possible is done here between two of them."""

import argparse
import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

from benchmarks.target import ACCOUNT, BEARER, PRODUCTS


class Caller(asyncio.Protocol):
    """Asks for the creation of one user after the other over one connection, until the time is up."""

    def __init__(self, name: str, until: float) -> None:
        self.answers = 0
        self._name, self._until = name, until
        self._received = b""
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._received.endswith(b"]"):  # the answer is a list of one user
            return
        self._received = b""
        self.answers += 1
        if time.monotonic() < self._until:
            self._ask()
        else:
            self._transport.close()
            self.over.set_result(None)

    def _ask(self) -> None:
        body = json.dumps(
            {
                "users": [
                    {
                        "email": f"{self._name}.{self.answers}@contoso.example",
                        "firstName": "Bench",
                        "lastName": f"Caller {self.answers}",
                        "locale": "en_US",
                    }
                ],
                "licenseKeys": [next(iter(PRODUCTS))],
                "suppressEmail": False,
            }
        )
        head = (
            f"POST /admin/rest/v1/accounts/{ACCOUNT}/users?allOrNothing=true HTTP/1.1\r\nHost: bench\r\n"
            f"Authorization: Bearer {BEARER}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._transport.write((head + body).encode())


async def measure(url: str, connections: int, seconds: float) -> float:
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    began = time.monotonic()
    callers = [Caller(f"caller{number}", began + seconds) for number in range(connections)]
    for caller in callers:
        await loop.create_connection(lambda each=caller: each, parts.hostname, parts.port)
    await asyncio.gather(*(each.over for each in callers))
    return sum(each.answers for each in callers) / (time.monotonic() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    rate = asyncio.run(measure(options.url, options.connections, options.seconds))
    sys.stdout.write(json.dumps({"requests_a_second": rate}) + "\n")


if __name__ == "__main__":
    main()
