"""The way in: every request to the API passes here, and every answer and error leaves in Graph's form."""

import logging
import re
import uuid
from collections.abc import Mapping

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from provisioning.api.authentication import client_of, meter
from provisioning.api.calls import Call, Incoming, Reply, check_texts, read_json
from provisioning.api.errors import BadRequest, Broken, Denied, GraphError, TooLarge
from provisioning.api.options import read_options
from provisioning.api.routes import find
from provisioning.models import ApiClient

logger = logging.getLogger(__name__)

LANGUAGE = "en"
"""Programs look for words in errors; what a browser would like to read is no matter here."""
VERSIONS = ("v1.0", "beta")
REQUEST_ID = re.compile(r"[\w.:-]{1,100}")
JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


@csrf_exempt  # no cookie is ever looked at here, so no other site can borrow one
@login_not_required
@never_cache
def graph(request: HttpRequest, version: str, path: str | None = None) -> HttpResponse:
    """Answers one request; the session of a browser means nothing here."""
    translation.activate(LANGUAGE)
    request_id = str(uuid.uuid4())
    asked = request.headers.get("client-request-id", "")
    client_request_id = asked if REQUEST_ID.fullmatch(asked) else request_id
    try:
        client = client_of(request.headers.get("Authorization", ""))
        meter(client)
        reply = answer(client, _incoming(request, version, path or ""))
    except GraphError as error:
        reply = told(error, request_id, client_request_id)
    except Exception:  # the caller must get Graph's form; the log gets everything
        logger.exception("Error %s at %s %s", request_id, request.method, request.path)
        reply = told(Broken(), request_id, client_request_id)
    response = as_response(reply)
    response["request-id"] = request_id
    response["client-request-id"] = client_request_id
    return response


def told(error: GraphError, request_id: str, client_request_id: str) -> Reply:
    """The error as a reply in Graph's form."""
    body = error.as_json(timezone.now(), request_id, client_request_id)
    return Reply(body, error.status, error.headers)


def answer(client: ApiClient, incoming: Incoming) -> Reply:
    """Find the route, check what was sent and let the route answer. Raises GraphError."""
    method = "GET" if incoming.method == "HEAD" else incoming.method
    route, path = find(method, incoming.path.rstrip("/") or "/")
    if not client.may(route.scope):
        raise Denied
    check_texts(dict(path))
    check_texts([text for pair in incoming.query for text in pair])
    options = read_options(incoming.query, route.options)
    body: Mapping[str, object] = {} if route.body is None else read_json(incoming)
    return route.handle(Call(incoming=incoming, client=client, path=path, options=options, body=body))


def as_response(reply: Reply) -> HttpResponse:
    if reply.body is None:
        response = HttpResponse(status=reply.status)
        del response["Content-Type"]
    elif isinstance(reply.body, str):
        response = HttpResponse(reply.body, status=reply.status, content_type="text/plain")
    else:
        response = JsonResponse(reply.body, status=reply.status, content_type=JSON_TYPE)
        response["OData-Version"] = "4.0"
    for name, value in reply.headers.items():
        response[name] = value
    return response


def _incoming(request: HttpRequest, version: str, path: str) -> Incoming:
    if version.lower() not in VERSIONS:
        raise BadRequest(_("Invalid version: %(version)s") % {"version": version[:40]})
    try:
        content = request.body
    except RequestDataTooBig:
        raise TooLarge from None
    except UnreadablePostError:
        raise BadRequest(_("The request body ended too early.")) from None
    return Incoming(
        method=request.method or "GET",
        root=f"{request.scheme}://{request.get_host()}",
        version=version.lower(),
        path=f"/{path}",
        query=[(name, value) for name, values in request.GET.lists() for value in values],
        headers=request.headers,
        content=content,
    )
