"""Signs in with azure-identity and gives Microsoft's client for this portal. Runs in .venv-graph only."""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from azure.identity.aio import ClientSecretCredential
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph_core import GraphClientFactory

SCOPES = ["https://graph.microsoft.com/.default"]
Drive = Callable[[GraphServiceClient, dict[str, Any]], Awaitable[Any]]


async def drive(steps: Drive) -> None:
    """Reads what the test tells on standard input, runs the steps, and prints what they found as JSON."""
    told = json.load(sys.stdin)
    credential = ClientSecretCredential(
        told["tenant_id"],
        told["client_id"],
        told["client_secret"],
        authority=told["root"],
        disable_instance_discovery=True,
        connection_verify=told["ca"],
    )
    host = told["root"].removeprefix("https://")
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=SCOPES, allowed_hosts=[host.partition(":")[0], host]
    )
    base = f"{told['root']}/graph/v1.0"
    plain = httpx.AsyncClient(verify=told["ca"], timeout=60)
    adapter = GraphRequestAdapter(provider, GraphClientFactory.create_with_default_middleware(client=plain, host=base))
    adapter.base_url = base
    async with credential:
        found = await steps(GraphServiceClient(request_adapter=adapter), told)
    sys.stdout.write(json.dumps(found, default=str))
