"""Whether people and groups can be changed here, and the sentence that says why not."""

from django.utils.translation import gettext as _

from provisioning.models import Directory


def why_read_only(directory: Directory) -> str:
    """Empty while the directory is the portal's own."""
    if directory.is_own:
        return ""
    return _("People and groups come from %(source)s. Change them there.") % {"source": directory.label}
