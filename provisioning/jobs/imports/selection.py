"""What is asked of a source: the attributes that mappings and filters read, and whose assignments it tells."""

from collections.abc import Iterable, Mapping, Sequence

from provisioning.choices import AssignmentsFrom, MappingType, ObjectType
from provisioning.expressions.errors import BadExpression
from provisioning.expressions.language import compile_expression
from provisioning.models import AttributeMapping, Directory, ScopingFilterRow

Wanted = dict[str, list[str]]
"""`users` and `groups`: names of attributes; `applications`: service principals. As an import keeps it."""

PLACES: Mapping[str, str] = {ObjectType.USER: "users", ObjectType.GROUP: "groups"}


def wanted(directory: Directory) -> Wanted:
    """What the applications of this directory need by now."""
    names: dict[str, set[str]] = {"users": set(), "groups": set()}
    rows = AttributeMapping.objects.filter(mapping__job__application__directory=directory)
    for type_, kind, source in rows.values_list("mapping__object_type", "type", "source").distinct():
        names[PLACES[type_]].update(_read_by(kind, source))
    filters = ScopingFilterRow.objects.filter(mapping__job__application__directory=directory)
    for type_, clauses in filters.values_list("mapping__object_type", "clauses"):
        names[PLACES[type_]].update(each["attribute"] for each in clauses)
    applications = directory.applications.filter(assignments_from=AssignmentsFrom.SOURCE).exclude(source_principal=None)
    principals = applications.order_by("pk").values_list("source_principal", flat=True)
    return {place: sorted(found) for place, found in names.items()} | {
        "applications": [str(each) for each in principals]
    }


def grows(before: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[str]]) -> bool:
    """Whether more attributes are needed than were read: then the source is read whole."""
    return any(set(now[place]) - set(before.get(place, ())) for place in PLACES.values())


def _read_by(kind: str, source: str) -> Iterable[str]:
    if kind == MappingType.DIRECT:
        return (source,)
    if kind != MappingType.EXPRESSION:
        return ()
    try:
        return compile_expression(source).attributes
    except BadExpression:
        return ()
