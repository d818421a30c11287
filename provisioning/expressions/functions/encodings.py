"""Encodings. Texts as base64 and hexadecimal, and values as text."""

import base64
import binascii

from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Encoding, Source
from provisioning.expressions.signatures import function
from provisioning.texts import gettext_noop, say

CODECS = {"Unicode": "utf-16-le", "UTF8": "utf-8", "ASCII": "ascii"}

_BASE64 = gettext_noop("%(function)s needs base64: 4 characters for 3 bytes, = at the end.")
_BYTES = gettext_noop("The bytes are no text in %(encoding)s.")
_ENCODING = gettext_noop("%(function)s knows the encodings %(names)s; got %(word)s.")


@function()
def ConvertToBase64(source: Source) -> str:
    """The source in base64, of its bytes in UTF-16 (little-endian).

    Example: `ConvertToBase64("A")` gives `QQA=`
    """
    return base64.b64encode(_whole(source).encode("utf-16-le")).decode("ascii")


@function()
def ConvertFromBase64(source: Source, encoding: Encoding = "Unicode") -> str:
    """The text that base64 stands for, its bytes read as Unicode (UTF-16), UTF8 or ASCII.

    Example: `ConvertFromBase64("SGVsbG8=", UTF8)` gives `Hello`
    """
    if encoding not in CODECS:
        raise Refused(say(_ENCODING, names=", ".join(CODECS), word=encoding[:60]))
    try:
        return base64.b64decode("".join(source.split()).encode("ascii"), validate=True).decode(CODECS[encoding])
    except UnicodeDecodeError:
        raise Refused(say(_BYTES, encoding=encoding)) from None
    except (UnicodeEncodeError, binascii.Error):
        raise Refused(say(_BASE64)) from None


@function()
def ConvertToUTF8Hex(source: Source) -> str:
    """The bytes of the source in UTF-8, in hexadecimal digits.

    Example: `ConvertToUTF8Hex("abc")` gives `616263`
    """
    return _whole(source).encode("utf-8").hex().upper()


@function()
def CStr(value: Source) -> str:
    """A number or a boolean as text; null stays null.

    Example: `CStr(-7)` gives `-7`
    """
    return value


def _whole(text: str) -> str:
    """Halves of a character become U+FFFD, as in .NET."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
