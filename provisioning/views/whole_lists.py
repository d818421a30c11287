"""Doing something with a selection: at once, or in the background where a filter finds more than goes at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning import tasks
from provisioning.jobs import bulk_operations
from provisioning.jobs.bulk_operations import ListChanged, Wish
from provisioning.jobs.control import NotPossible
from provisioning.models import Directory
from provisioning.views.answers import SeeOther
from provisioning.views.selections import AT_MOST, Selection


def carry_out(
    request: HttpRequest,
    directory: Directory,
    selection: Selection,
    wish: Wish,
    at_once: Callable[[Sequence[Any]], SeeOther | None],
) -> SeeOther | None:
    """What `wish` says, by `at_once` or by a worker; gives where the browser goes.

    None: it was refused, or a filter finds others by now than those that were shown.
    """
    if not selection.is_whole:
        return at_once(selection.named)
    try:
        with bulk_operations.as_seen(directory, selection.rows, selection.shown) as keys:
            if len(keys) * max(1, len(wish.groups)) <= AT_MOST:
                return at_once(list(selection.rows.select_related("directory")))
            wish = replace(wish, words=selection.words, query=selection.query)
            operation = bulk_operations.begin(directory, wish, keys, request.user, timezone.now())
            tasks.queue_bulk_operation(operation.pk)
    except ListChanged:
        return None
    except NotPossible as refusal:
        messages.error(request, f"{_('That did not work')}\n{refusal}")
        return None
    except ValidationError as refused:
        messages.error(request, f"{_('That did not work')}\n{' '.join(refused.messages)}")
        return None
    return SeeOther(reverse("bulk-operation", args=[operation.operation_id]))
