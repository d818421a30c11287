"""The columns of a list that somebody chose: they stay chosen for the session."""

from django.http import HttpRequest, QueryDict


def with_columns(request: HttpRequest, remembered_as: str) -> QueryDict:
    """The query, with the columns that were chosen before when it names none."""
    query = request.GET.copy()
    if query.getlist("column"):
        if request.session.get(remembered_as) != query.getlist("column"):
            request.session[remembered_as] = query.getlist("column")
    elif remembered := request.session.get(remembered_as):
        query.setlist("column", remembered)
    return query
