"""What a worker may have done before it died, or without an answer: it is looked at again, never forgotten."""

from dataclasses import replace

from provisioning.engine.scope import judge
from provisioning.errors import SkipObject
from provisioning.records import Candidate, JobRules, ObjectState


def may_touch(candidate: Candidate, rules: JobRules) -> bool:
    """Whether the walk of this candidate may change or create an account: then its key is noted before that.

    Nobody else is noted: a stranger's account is never searched for.
    """
    if candidate.state and candidate.state.target_id:
        return True
    if not rules.objects[candidate.source.type].create:
        return False
    try:
        return judge(candidate.source, rules).wanted
    except SkipObject:
        return False


def in_doubt(state: ObjectState | None) -> ObjectState:
    """What is remembered when it is not known whether the last request was done.

    A known account is read again; one that may have been created is searched for, and ours to take away.
    """
    known = replace(state or ObjectState(), uncertain=True)
    return known if known.target_id else replace(known, was_in_scope=True, managed=True)
