"""Striking secrets out of text."""

import pytest

from provisioning.sandbox.redaction import struck


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"password": "a\\"b", "x": 1}', '{"password": "***", "x": 1}'),
        ('{"access_token":"cut off', '{"access_token":"***"'),
        ('{"Refresh_Token": "x"}', '{"Refresh_Token": "***"}'),
        ("grant_type=password&password=a%20b&username=c", "grant_type=password&password=***&username=c"),
        ("grant_type=authorization_code&code=abc", "grant_type=authorization_code&code=***"),
        ("/oauth/access_token?password=x", "/oauth/access_token?password=***"),
        ('{"errors":[{"code":"user.not.found"}]}', '{"errors":[{"code":"user.not.found"}]}'),
        ('{"passwordCreated": false}', '{"passwordCreated": false}'),
    ],
)
def test_only_secret_values_are_struck(text: str, shown: str) -> None:
    assert struck(text) == shown
