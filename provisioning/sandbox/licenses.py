"""The Admin API's calls on licences."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import answers, people, shapes, users
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.calls import call
from provisioning.sandbox.entrance import READ_SEATS, SEATS, admitted
from provisioning.sandbox.models import License, User


@call("licenses.list")
@admitted(READ_SEATS)
def listed(request: HttpRequest, caller: User) -> HttpResponse:
    size, offset = users.page_asked(request)
    rows = License.objects.filter(account=caller.account)
    return answers.page([shapes.license(row) for row in rows[offset : offset + size]], offset, rows.count())


@call("licenses.remove_user")
@admitted(SEATS)
def remove_user(request: HttpRequest, caller: User, license_key: str, user_key: str) -> HttpResponse:
    license = License.objects.filter(account=caller.account, key=license_key).first()
    if license is None:
        raise Refused(404, "license.not.found", license_key)
    with transaction.atomic():
        people.take_license(users.find(caller, user_key), license)
    return answers.nothing(204)  # assumed(delete-answer): the status
