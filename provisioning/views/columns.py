"""The columns of a list that somebody chose: they stay chosen, wherever the person signs in."""

from django.http import HttpRequest, QueryDict

from provisioning.models.preference import prefer, preferred


def with_columns(request: HttpRequest, remembered_as: str) -> QueryDict:
    """The query, with the columns that were chosen before when it names none."""
    query, remembered = request.GET.copy(), preferred(request.user, remembered_as)
    if chosen := query.getlist("column"):
        if remembered != chosen:
            prefer(request.user, remembered_as, chosen)
    elif remembered:
        query.setlist("column", remembered)
    return query
