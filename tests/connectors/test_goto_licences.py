"""From roles to licences."""

from collections.abc import Sequence

import pytest

from provisioning.connectors.goto_licences import Licence, Shelf
from provisioning.errors import LicenseLimitExceeded

MEETING = Licence(key="m", products=frozenset({"G2M"}), seats=10)
WEBINAR = Licence(key="w", products=frozenset({"G2M", "G2W"}), seats=10)
TRAINING = Licence(key="t", products=frozenset({"G2T"}), seats=10)
VOICE = Licence(key="v", products=frozenset({"OPENVOICE"}), seats=10)
PHONE = Licence(key="p", products=frozenset({"JIVE"}), seats=10)
FREE = Licence(key="f", products=frozenset({"G2MFREE"}))
ALL = (MEETING, WEBINAR, TRAINING, VOICE, PHONE, FREE)


@pytest.mark.parametrize(
    ("roles", "known", "keys"),
    [
        (["GoToMeeting"], [], ["m"]),
        (["GoToWebinar"], [], ["w"]),
        (["GoToTraining"], [], ["t"]),
        (["OpenVoice"], [], ["v"]),
        (["GoToMeeting", "OpenVoice"], [], ["m", "v"]),
        (["G2M"], [], ["m"]),
        ([], ["m"], []),
    ],
)
def test_a_role_gives_a_licence_for_its_product(roles: list[str], known: list[str], keys: list[str]) -> None:
    assert Shelf(ALL).keys_for(roles, known) == tuple(keys)


def test_a_webinar_licence_brings_meetings_along() -> None:
    assert Shelf(ALL).keys_for(["GoToMeeting", "GoToWebinar"], []) == ("w",)


def test_losing_the_webinar_role_loses_the_webinar_licence() -> None:
    assert Shelf(ALL).keys_for(["GoToMeeting"], ["w"]) == ("m",)


def test_a_combined_licence_is_given_when_there_is_no_other() -> None:
    assert Shelf([WEBINAR]).keys_for(["GoToMeeting"], []) == ("w",)


def test_a_licence_for_another_product_stays() -> None:
    assert Shelf(ALL).keys_for(["GoToMeeting"], ["p"]) == ("m", "p")
    assert Shelf(ALL).keys_for([], ["p", "m"]) == ("p",)


def test_a_free_licence_gives_way_to_a_paid_one() -> None:
    assert Shelf(ALL).keys_for(["GoToMeeting"], ["f"]) == ("m",)


@pytest.mark.parametrize("keys", [["m"], ["m", "w"], ["w", "m"], ["m", "p", "t", "v", "w"]])
def test_keys_of_licences_stay_what_they_are(keys: Sequence[str]) -> None:
    assert Shelf(ALL).keys_for(keys, keys) == tuple(sorted(keys))


def licence(key: str, seats: int | None, used: int = 0, *, enabled: bool = True) -> Licence:
    return Licence(key=key, products=frozenset({"G2M"}), seats=seats, used=used, enabled=enabled)


def test_the_licence_one_has_is_kept_though_it_is_full_or_switched_off() -> None:
    shelf = Shelf([licence("a", 5), licence("b", 5, 5), licence("c", 5, enabled=False)])

    assert shelf.keys_for(["GoToMeeting"], ["b"]) == ("b",)
    assert shelf.keys_for(["GoToMeeting"], ["c"]) == ("c",)


def test_the_first_with_a_free_seat_is_taken() -> None:
    shelf = Shelf([licence("off", 5, enabled=False), licence("full", 5, 5), licence("b", 5, 4), licence("c", None)])

    assert shelf.keys_for(["GoToMeeting"], []) == ("b",)


def test_seats_given_since_are_counted() -> None:
    shelf = Shelf([licence("a", 1), licence("b", 1)])

    shelf.take(shelf.keys_for(["GoToMeeting"], []))

    assert shelf.keys_for(["GoToMeeting"], []) == ("b",)


def test_a_full_licence_is_named_when_there_is_no_other() -> None:
    """GoTo knows better than our count whether there is a seat, so it is asked."""
    assert Shelf([licence("a", 1, 1), licence("b", 1, 1)]).keys_for(["GoToMeeting"], []) == ("a",)


@pytest.mark.parametrize("licences", [[], [VOICE], [licence("a", 1, enabled=False)]])
def test_a_role_without_any_licence_is_told(licences: list[Licence]) -> None:
    with pytest.raises(LicenseLimitExceeded, match="no licence for GoToMeeting"):
        Shelf(licences).keys_for(["GoToMeeting"], [])


def test_a_licence_is_read_from_its_json() -> None:
    data = {"key": 7, "products": ["G2M"], "seats": 25, "userCount": 3, "description": "Gold"}

    assert Licence.from_json(data) == Licence(key="7", products=frozenset({"G2M"}), name="Gold", seats=25, used=3)
    assert not Licence.from_json({"key": 7, "enabled": False}).enabled
