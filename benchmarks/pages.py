"""The bench's source: pages of people in Graph's form over HTTP. `python -m benchmarks.pages --users 1000`.

`/users?page=3` is a page of everybody, `/changes?turn=2` a page with CHANGES people who got another job title.
"""

import argparse
import json
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SIZE = 200
"""People on a page."""
CHANGES = 100
HOME = uuid.UUID("5a1c7f0e-3b52-4d7e-9c1a-6f0d2b8e4c11")


def person(number: int, title: str = "Engineer") -> dict[str, Any]:
    """One of them, as `users/delta` tells it."""
    address = f"bench.person.{number}@contoso.example"
    told = {
        "id": str(uuid.uuid5(HOME, str(number))),
        "userPrincipalName": address,
        "displayName": f"Bench Person {number}",
        "givenName": "Bench",
        "surname": f"Person {number}",
        "mail": address,
        "mailNickname": f"bench.person.{number}",
        "preferredLanguage": "en-US",
        "department": "Engineering",
        "jobTitle": title,
        "city": "Leeds",
        "accountEnabled": True,
    }
    return told | ({"manager@delta": [{"id": str(uuid.uuid5(HOME, "0"))}]} if number else {})


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    users = 0
    latency = 0.0

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
        if parts.path == "/users":
            start = asked["page"] * SIZE
            found = [person(number) for number in range(start, min(start + SIZE, self.users))]
        else:
            found = [person(number, f"Engineer {asked['turn']}") for number in range(min(CHANGES, self.users))]
        body = json.dumps({"value": found}).encode()
        time.sleep(self.latency)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: it would be most of what the server does."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    options = parser.parse_args()
    Pages.users, Pages.latency = options.users, options.latency_ms / 1000
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
