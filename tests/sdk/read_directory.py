"""Reads the directory with Microsoft's SDK: users, groups, members, deltas, errors. Runs in .venv-graph only."""

import asyncio
from typing import Any

from connecting import drive
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder


async def steps(client: GraphServiceClient, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "organization": [each.display_name for each in (await client.organization.get()).value],
        "users": await all_users(client),
        "user": (await client.users.by_user_id(told["user"]).get()).display_name,
        "manager": (await client.users.by_user_id(told["user"]).manager.get()).id,
        "member_of": [
            each.display_name for each in (await client.users.by_user_id(told["user"]).member_of.get()).value
        ],
        "groups": [each.display_name for each in (await client.groups.get()).value],
        "members": await members(client, told["group"]),
        "delta": await delta(client),
        "missing": await missing(client),
    }


async def all_users(client: GraphServiceClient) -> list[str]:
    """By pages, as the SDK follows them."""
    asked = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        select=["displayName"], top=2, orderby=["displayName"], count=True
    )
    page = await client.users.get(request_configuration=RequestConfiguration(query_parameters=asked))
    found = [each.display_name for each in page.value]
    while page.odata_next_link:
        page = await client.users.with_url(page.odata_next_link).get()
        found += [each.display_name for each in page.value]
    return found


async def members(client: GraphServiceClient, group: str) -> list[list[str]]:
    both = (await client.groups.by_group_id(group).members.get()).value
    users = (await client.groups.by_group_id(group).members.graph_user.get()).value
    return [[type(each).__name__ for each in both], [each.display_name for each in users]]


async def delta(client: GraphServiceClient) -> list[str]:
    asked = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=["displayName", "manager"])
    page = await client.users.delta.get(request_configuration=RequestConfiguration(query_parameters=asked))
    found = [each.display_name for each in page.value]
    again = await client.users.delta.with_url(page.odata_delta_link).get()
    return [*found, *(each.display_name for each in again.value), "end" if again.odata_delta_link else "lost"]


async def missing(client: GraphServiceClient) -> list[str]:
    try:
        await client.users.by_user_id("nobody@contoso.example").get()
    except ODataError as error:
        return [str(error.response_status_code), error.error.code, error.error.inner_error.request_id]
    return []


asyncio.run(drive(steps))
