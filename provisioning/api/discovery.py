"""The documents by which msal and Microsoft's SDKs find the token endpoint."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from provisioning.models import Directory


def _root(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@login_not_required
@require_safe
def configuration(request: HttpRequest, tenant: str) -> HttpResponse:
    """OpenID Connect's description of this authority, as far as client credentials need it."""
    authority = f"{_root(request)}/{tenant}"
    return JsonResponse(
        {
            "token_endpoint": f"{authority}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256"],
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "issuer": f"{_root(request)}/{Directory.objects.the_one().tenant_id}/v2.0",
            "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
            "msgraph_host": request.get_host(),
        }
    )


@login_not_required
@require_safe
def instance(request: HttpRequest) -> HttpResponse:
    """Which hosts are this authority; asked for by clients that trust no authority they do not know."""
    tenant, host = Directory.objects.the_one().tenant_id, request.get_host()
    return JsonResponse(
        {
            "tenant_discovery_endpoint": f"{_root(request)}/{tenant}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )
