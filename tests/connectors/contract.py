"""What every connector must do. A connector's test subclasses `ConnectorContract` and gives the fixture `target`.

One whose target has no way to keep an account without access takes `ContractWithoutDisabling`.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.base import Connector
from provisioning.errors import Conflict, MissingValues, ProvisioningError, SkipObject, StopJob, TargetObjectMissing
from provisioning.records import TargetObject

NOBODY = "nobody@contoso.example"


class ContractWithoutDisabling:
    """`matching` and `name` are attributes of a user: the one that tells users apart, and one that may change.

    `values(who)` gives the mapped values of a user, before `translate`, with `who` in the matching attribute.
    """

    type = ObjectType.USER
    matching: str
    name: str
    unknown_id = "999999"

    def values(self, who: str) -> Mapping[str, Any]:
        raise NotImplementedError

    # --- shorthands

    def translated(self, target: Connector, who: str = "bo@contoso.example", **more: Any) -> dict[str, Any]:
        return dict(target.translate(self.type, {**self.values(who), **more}, {}))

    def created(self, target: Connector, who: str = "bo@contoso.example", **more: Any) -> str:
        return target.create(self.type, self.translated(target, who, **more))

    def read(self, target: Connector, id_: str) -> TargetObject:
        found = target.get(self.type, id_)
        assert found is not None
        return found

    # --- reading

    def test_the_connection_test_passes_and_says_who_we_are(self, target: Connector) -> None:
        assert target.test_connection().signed_in_as

    def test_get_of_an_unknown_id_is_none(self, target: Connector) -> None:
        assert target.get(self.type, self.unknown_id) is None

    def test_find_of_nobody_is_empty(self, target: Connector) -> None:
        assert list(target.find(self.type, self.matching, NOBODY)) == []

    def test_find_gives_the_one_that_was_created_in_any_case(self, target: Connector) -> None:
        id_ = self.created(target)
        self.created(target, "bob@contoso.example")

        assert [each.id for each in target.find(self.type, self.matching, "BO@contoso.example")] == [id_]

    def test_find_and_get_tell_the_same(self, target: Connector) -> None:
        id_ = self.created(target)

        assert list(target.find(self.type, self.matching, "bo@contoso.example")) == [self.read(target, id_)]

    @pytest.mark.parametrize(
        "value", ['a"b@contoso.example', "a\\b@contoso.example", 'x" or email eq "', "o'hara@x.se"]
    )
    def test_find_is_not_confused_by_signs_of_its_own_grammar(self, target: Connector, value: str) -> None:
        self.created(target)
        try:
            found = list(target.find(self.type, self.matching, value))
        except SkipObject:
            found = []
        assert found == []

    def test_an_attribute_that_does_not_match_is_not_searched(self, target: Connector) -> None:
        with pytest.raises(ProvisioningError):
            target.find(self.type, self.name, "Bo")

    # --- listing

    def listed(self, target: Connector, size: int) -> list[TargetObject]:
        """Everything, in pages of this size."""
        target.page_size = size
        found, cursor, pages = [], "", 0
        while pages == 0 or cursor:
            page = target.list(self.type, cursor)
            assert len(page.objects) <= size
            found += page.objects
            cursor, pages = page.next, pages + 1
            assert pages <= 99, "the list never ends"
        return found

    @pytest.mark.parametrize("size", [1, 2, 3, 100])
    def test_r28_list_gives_everybody_once_whatever_the_size_of_a_page(self, target: Connector, size: int) -> None:
        there = {each.id for each in self.listed(target, 100)}
        mine = {self.created(target, f"person{number}@contoso.example") for number in range(4)}

        ids = [each.id for each in self.listed(target, size)]

        assert len(ids) == len(set(ids))
        assert set(ids) == there | mine

    def test_list_and_get_tell_the_same(self, target: Connector) -> None:
        id_ = self.created(target)
        cy = self.created(target, "cy@contoso.example")
        if target.can_disable:
            target.disable(self.type, cy)

        listed = self.listed(target, 2)

        assert id_ in [each.id for each in listed]
        assert listed == [self.read(target, each.id) for each in listed]

    def test_list_counts_all_pages_when_it_counts(self, target: Connector) -> None:
        for number in range(3):
            self.created(target, f"person{number}@contoso.example")
        target.page_size = 2

        page = target.list(self.type)

        assert page.next
        assert page.total in (None, len(self.listed(target, 100)))

    def test_who_was_deleted_is_listed_no_more(self, target: Connector) -> None:
        id_ = self.created(target)
        target.delete(self.type, id_)

        assert id_ not in [each.id for each in self.listed(target, 2)]

    # --- creating

    def test_what_was_created_is_read_back_in_the_form_of_translate(self, target: Connector) -> None:
        values = self.translated(target)

        account = self.read(target, target.create(self.type, values))

        assert dict(account.attributes) == values
        assert account.active is not False
        assert account.label

    def test_translate_leaves_the_targets_own_form_as_it_is(self, target: Connector) -> None:
        attributes = self.read(target, self.created(target)).attributes

        assert dict(target.translate(self.type, attributes, attributes)) == dict(attributes)

    @pytest.mark.parametrize("name", ["Åsa-Märta", "O'Hara", "山田", "Žofie \U0001f642", 'Bo "the" \\ Bell'])
    def test_any_letters_survive(self, target: Connector, name: str) -> None:
        id_ = self.created(target, **{self.name: name})

        assert self.read(target, id_).attributes[self.name] == name

    def test_creating_somebody_twice_is_a_conflict(self, target: Connector) -> None:
        self.created(target)

        with pytest.raises(Conflict):
            self.created(target, "Bo@Contoso.example")

    def test_a_required_value_that_is_missing_is_told(self, target: Connector) -> None:
        for required in (each.name for each in target.schema(self.type).attributes if each.required):
            values = self.translated(target)
            del values[required]
            with pytest.raises(MissingValues, match=required):
                target.create(self.type, values)

    def test_sixteen_threads_create_sixteen_accounts(self, target: Connector) -> None:
        people = [f"person{number}@contoso.example" for number in range(16)]

        with ThreadPoolExecutor(16) as pool:
            ids = list(pool.map(lambda who: self.created(target, who), people))

        assert [self.read(target, id_).attributes[self.matching] for id_ in ids] == people

    # --- changing

    def test_an_update_changes_that_and_nothing_else(self, target: Connector) -> None:
        id_ = self.created(target)
        before = self.read(target, id_)

        target.update(self.type, id_, {self.name: "Bosse"})

        after = self.read(target, id_)
        assert dict(after.attributes) == {**before.attributes, self.name: "Bosse"}
        assert after.active == before.active

    def test_the_same_update_twice_is_no_error(self, target: Connector) -> None:
        id_ = self.created(target)
        target.update(self.type, id_, {self.name: "Bosse"})
        once = self.read(target, id_)

        target.update(self.type, id_, {self.name: "Bosse"})

        assert self.read(target, id_) == once

    def test_somebody_who_was_renamed_is_found_by_the_new_name_only(self, target: Connector) -> None:
        id_ = self.created(target)

        target.update(self.type, id_, {self.matching: "bosse@contoso.example"})

        assert [each.id for each in target.find(self.type, self.matching, "bosse@contoso.example")] == [id_]
        assert list(target.find(self.type, self.matching, "bo@contoso.example")) == []

    def test_taking_somebody_elses_name_is_a_conflict(self, target: Connector) -> None:
        self.created(target, "cy@contoso.example")
        id_ = self.created(target)

        with pytest.raises(Conflict):
            target.update(self.type, id_, {self.matching: "cy@contoso.example"})
        assert self.read(target, id_).attributes[self.matching] == "bo@contoso.example"

    def test_an_update_of_an_account_that_is_gone_says_so(self, target: Connector) -> None:
        with pytest.raises(TargetObjectMissing):
            target.update(self.type, self.unknown_id, {self.name: "Bosse"})

    # --- removing

    def test_delete_removes_and_can_be_repeated(self, target: Connector) -> None:
        id_ = self.created(target)

        target.delete(self.type, id_)
        target.delete(self.type, id_)

        assert target.get(self.type, id_) is None
        assert list(target.find(self.type, self.matching, "bo@contoso.example")) == []

    # --- what it declares

    def test_its_declarations_fit_together(self, target: Connector) -> None:
        names = [each.name for each in target.schema(self.type).attributes]
        matching = target.schema(self.type).attribute(self.matching)

        assert matching is not None
        assert matching.can_match
        assert len(names) == len(set(names))
        assert target.active_attribute is None or target.active_attribute in names
        assert target.touched_by_disable.isdisjoint({self.matching, target.active_attribute})
        assert target.page_size > 0
        assert target.members_per_request > 0
        assert all(each.help for each in target.settings)
        assert all(each.default or not each.is_address for each in target.settings if each.advanced)

    def test_exchanges_are_given_once(self, target: Connector) -> None:
        self.created(target)

        target.exchanges()

        assert target.exchanges() == ()

    def test_a_rejected_connection_test_stops_the_job(self, refused: Connector) -> None:
        """`refused` is a connector whose credentials the target does not accept."""
        with pytest.raises(StopJob):
            refused.test_connection()


class ConnectorContract(ContractWithoutDisabling):
    """Of the usual connector, whose target can keep an account without access."""

    def test_disable_keeps_the_account_and_can_be_repeated(self, target: Connector) -> None:
        id_ = self.created(target)

        target.disable(self.type, id_)
        target.disable(self.type, id_)

        account = self.read(target, id_)
        assert account.active is False
        assert account.attributes[self.matching] == "bo@contoso.example"

    def test_disable_touches_only_what_the_connector_declares(self, target: Connector) -> None:
        id_ = self.created(target)
        before = self.read(target, id_).attributes

        target.disable(self.type, id_)

        after = self.read(target, id_).attributes
        changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        assert changed <= target.touched_by_disable | {target.active_attribute}

    def test_disable_of_an_account_that_is_gone_is_done(self, target: Connector) -> None:
        target.disable(self.type, self.unknown_id)

    def test_enable_gives_access_back_with_the_values(self, target: Connector) -> None:
        id_ = self.created(target)
        target.disable(self.type, id_)
        values = self.translated(target, **{self.name: "Bosse"})

        target.enable(self.type, id_, values)

        account = self.read(target, id_)
        assert account.active is not False
        assert {name: account.attributes[name] for name in values} == values

    def test_enable_of_an_account_that_is_gone_says_so(self, target: Connector) -> None:
        with pytest.raises(TargetObjectMissing):
            target.enable(self.type, self.unknown_id, self.translated(target))
