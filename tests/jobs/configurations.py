"""Configurations for tests: of the application in memory, and random ones that may be saved."""

from hypothesis import strategies as st

from provisioning.choices import AttributeType, FlowType, MappingType, ObjectType, Operator, Side
from provisioning.jobs.configuration import Configuration, CustomValue, ObjectConfiguration
from provisioning.records import Clause, ObjectRules, Rule, ScopingFilter

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
NAMES = st.from_regex(r"[a-z]{3,9}( [a-z]{1,4})?", fullmatch=True).map(lambda name: f"x {name}")
"""Of custom attributes: none is one of the attributes there are."""
TITLES = st.from_regex(r"\S[^\x00]{0,15}", fullmatch=True).filter(lambda text: text.isprintable())
EXPRESSIONS = ['Join( "-",[displayName] , [mail])', 'Switch( [objectId],"z", "a", "1")', "ToUpper([mail])"]
TARGETS = {
    ObjectType.USER: ["userName", "displayName", "givenName", "familyName", "mail", "externalId", "roles", "manager"],
    ObjectType.GROUP: ["displayName", "externalId", "members"],
}
MATCHING = {ObjectType.USER: ["userName", "mail", "externalId"], ObjectType.GROUP: ["displayName", "externalId"]}
CLAUSES = st.one_of(
    st.builds(Clause, attribute=st.just("displayName"), operator=st.just(Operator.REGEX_MATCH), value=st.just("a.*")),
    st.builds(Clause, attribute=st.just("mail"), operator=st.sampled_from([Operator.IS_NULL, Operator.IS_NOT_NULL])),
    st.builds(
        Clause,
        attribute=st.just("displayName"),
        operator=st.sampled_from([Operator.EQUALS, Operator.INCLUDES, Operator.NOT_IN]),
        value=TEXTS.filter(bool),
    ),
    st.builds(
        Clause,
        attribute=st.just("mailNickname"),
        operator=st.sampled_from([Operator.GREATER_THAN, Operator.GREATER_THAN_OR_EQUALS]),
        value=st.integers(0, 99).map(str),
    ),
)
FILTERS = st.lists(
    st.builds(ScopingFilter, title=TITLES, clauses=st.lists(CLAUSES, min_size=1, max_size=3).map(tuple)), max_size=3
)


@st.composite
def customs(draw: st.DrawFn) -> tuple[CustomValue, ...]:
    """In the order in which rows come out of the database."""
    found = []
    for side in Side:
        for name in draw(st.lists(NAMES, max_size=3, unique=True)):
            kinds = [AttributeType.STRING, AttributeType.INTEGER, AttributeType.BOOLEAN]
            kind = draw(st.sampled_from([*kinds, AttributeType.REFERENCE] if side is Side.TARGET else kinds))
            is_reference = kind is AttributeType.REFERENCE
            found.append(
                CustomValue(
                    side=side,
                    name=name,
                    type=kind,
                    multiple=draw(st.booleans()) and not is_reference,
                    exact_case=draw(st.booleans()),
                    references=draw(st.sampled_from(list(ObjectType))) if is_reference else "",
                )
            )
    return tuple(sorted(found, key=lambda each: (each.side, each.name)))


@st.composite
def rules(draw: st.DrawFn, target: str, sources: list[str], matching: int) -> Rule:
    """Of every type that there is; what matches objects is not the same for everybody."""
    kinds = {"Attribute": st.sampled_from(sources), "Function": st.sampled_from(EXPRESSIONS), "Constant": TEXTS}
    able = [each for each in MappingType if each in ("Attribute", "Function") or not matching]
    kind = draw(st.sampled_from(able))
    return Rule(
        target=target,
        type=kind,
        source=draw(kinds.get(kind, st.just(""))),
        default=draw(TEXTS),
        matching=matching,
        flow=draw(st.sampled_from(FlowType)),
        flow_empty=draw(st.booleans()),
    )


@st.composite
def objects(draw: st.DrawFn, type_: ObjectType) -> ObjectConfiguration:
    custom = draw(customs())
    sources = ["displayName", "mail", "objectId", *(each.name for each in custom if each.side is Side.SOURCE)]
    required = [TARGETS[type_][0]]
    others = [*TARGETS[type_][1:], *(each.name for each in custom if each.side is Side.TARGET)]
    wanted = required + draw(st.lists(st.sampled_from(others), unique=True))
    able = [name for name in wanted if name in MATCHING[type_]]
    precedences = dict(zip(draw(st.permutations(able)), range(1, draw(st.integers(1, len(able))) + 1), strict=False))
    return ObjectConfiguration(
        rules=ObjectRules(
            type=type_,
            rules=tuple(draw(rules(name, sources, precedences.get(name, 0))) for name in draw(st.permutations(wanted))),
            create=draw(st.booleans()),
            update=draw(st.booleans()),
            delete=draw(st.booleans()),
            filters=tuple(draw(FILTERS)),
        ),
        enabled=draw(st.booleans()),
        custom=custom,
    )


CONFIGURATIONS: st.SearchStrategy[Configuration] = st.fixed_dictionaries({each: objects(each) for each in ObjectType})
"""For the application in memory."""
