"""Admin credentials that a program gives, by the names of the settings: completed by what is known, and judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from provisioning.jobs.known import LONGEST, Known, enter_again, fault_of_address, lead_elsewhere, method_of
from provisioning.wire.settings import SIGN_IN, Setting


@dataclass(frozen=True, slots=True)
class Completed:
    """Every setting of the connector. `faults`: what is wrong with one of them, by its name."""

    values: dict[str, str]
    faults: Mapping[str, str]


def completed(settings: Sequence[Setting], known: Known, given: Mapping[str, str]) -> Completed:
    """What was given, and for the rest what is known; what belongs to another method of signing in is dropped.

    A setting that is given as an empty text is cleared. The rules are those of the page.
    """
    method = method_of(settings, known, given.get(SIGN_IN) or _implied(settings, known, given))
    mine = [each for each in settings if each.is_for(method)]
    values = {each.name: "" for each in settings} | {each.name: _value(each, known, given) for each in mine}
    if any(each.name == SIGN_IN for each in settings):
        values[SIGN_IN] = given.get(SIGN_IN) or method
    faults = {each.name: fault for each in mine if (fault := _fault(each, values[each.name]))}
    if lead_elsewhere(settings, known, values):
        kept = [each.name for each in mine if each.secret and values[each.name] and not given.get(each.name)]
        faults |= {name: enter_again() for name in kept}
    return Completed(values, faults)


def _implied(settings: Sequence[Setting], known: Known, given: Mapping[str, str]) -> str | None:
    """Where no method is known yet: the one whose own required settings were all given."""
    if known.values.get(SIGN_IN):
        return None
    for method in (choice.value for each in settings if each.name == SIGN_IN for choice in each.choices):
        own = [each.name for each in settings if each.required and method in each.methods]
        if own and all(given.get(name) for name in own):
            return method
    return None


def _value(setting: Setting, known: Known, given: Mapping[str, str]) -> str:
    value = given.get(setting.name, known.values.get(setting.name, ""))
    return value if setting.secret else value.strip()


def _fault(setting: Setting, value: str) -> str:
    """Why this can't be the setting's value; empty when it can."""
    if len(value) > LONGEST:
        return _("This text is too long: %(longest)s characters at most.") % {"longest": LONGEST}
    if setting.choices and value not in [each.value for each in setting.choices]:
        return _("Write one of: %(choices)s.") % {"choices": ", ".join(each.value for each in setting.choices)}
    if setting.required and not value:
        return _("This is empty. Enter a value.")
    return fault_of_address(value) if setting.is_address and value else ""
