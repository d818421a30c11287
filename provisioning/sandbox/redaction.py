"""Strike passwords and tokens out of what the request log keeps."""

import re

STRUCK = "***"
_NAMES = "password|access_token|refresh_token|client_secret|pat|assertion|id_token|code_verifier"
# The closing quote may be missing: bodies are cut before they get here.
_JSON = re.compile(rf'("(?:{_NAMES})"\s*:\s*)"(?:[^"\\]|\\.)*"?', re.IGNORECASE)
# `code` is an authorization code in a form, but an error's name in JSON.
_FORM = re.compile(rf"((?:^|[?&])(?:{_NAMES}|code|oauth_token)=)[^&\s]*", re.IGNORECASE)


def struck(text: str) -> str:
    """The text of a body or an address with every secret value replaced."""
    return _FORM.sub(rf"\g<1>{STRUCK}", _JSON.sub(rf'\g<1>"{STRUCK}"', text))
