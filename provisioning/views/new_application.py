"""New application: the gallery, and the pane in which one is named and created."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning import gallery as gallery_files
from provisioning.forms.gallery import OBJECTS, GalleryFilter
from provisioning.forms.new_application import NewApplication
from provisioning.gallery import GalleryApplication
from provisioning.jobs.setup import NameTaken, add_application, free_name
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import SeeOther, filtered_list, part_or_page


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    return filtered_list(request, "new_application", _shelf(GalleryFilter(request.GET)))


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, gallery_key: str) -> HttpResponse:
    """The pane over the gallery. htmx asks for the field alone, to check the name as soon as it is left.

    It also asks for what comes with the interface that was chosen.
    """
    template = _template(gallery_key)
    family = gallery_files.interfaces(template)
    name = "" if family[0].title else free_name(family[0].name)
    initial = {"name": name, "interface": template.key}
    if request.method == "POST":
        form = NewApplication(family, request.POST, initial=initial)
    elif "name" in request.GET:
        form = NewApplication(family, request.GET, initial=initial)
    else:
        form = NewApplication(family, initial=initial | request.GET.dict())
    if request.method == "POST" and (application := _create(request, form)):
        title = _("%(app)s was added") % {"app": application}
        messages.success(request, f"{title}\n{_('Assign people and save its admin credentials next.')}")
        return SeeOther(application.get_absolute_url())
    context = _shelf(GalleryFilter({})) | {
        "template": form.template,
        "main": family[0],
        "title": _name(family[0]),
        "form": form,
    }
    part = "comes" if "interface" in request.GET else "name"
    return part_or_page(request, "new_application", part, context, status=422 if request.method == "POST" else 200)


def _template(key: str) -> GalleryApplication:
    try:
        return gallery_files.application(key)
    except LookupError as error:
        raise Http404(str(error)) from error


def _create(request: HttpRequest, form: NewApplication) -> EnterpriseApplication | None:
    """The new application; None when the form says why not, also after somebody else was quicker."""
    if not form.is_valid():
        return None
    try:
        return add_application(form.template, form.cleaned_data["name"], cast(Account, request.user))
    except NameTaken:
        form.lost_race()
        return None


def _tile(template: GalleryApplication) -> dict[str, Any]:
    tags = [OBJECTS[kind] for kind in template.mappings]
    return {"template": template, "shown_name": _name(template), "tags": tags}


def _name(template: GalleryApplication) -> str:
    """Names are the vendors'; a title is ours, and is translated."""
    return _(template.title) if template.title else template.name


def _shelf(form: GalleryFilter) -> dict[str, Any]:
    """By category, each application with the object types that it provisions."""
    shelves = [(label, [_tile(each) for each in found]) for label, found in form.shelves()]
    context = {"page": "applications", "heading": _("New application"), "filter": form, "shelves": shelves}
    return context | {"total": sum(len(tiles) for _label, tiles in shelves)}
