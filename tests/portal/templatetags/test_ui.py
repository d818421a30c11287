"""The components of every page."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from provisioning.choices import CycleStatus, JobState, Status


class Settings(forms.Form):
    name = forms.CharField(label="Name", help_text="As people know it.")
    secret = forms.CharField(label="Secret", required=False, widget=forms.PasswordInput)
    notify = forms.BooleanField(label="Notify", required=False)
    mode = forms.ChoiceField(label="Mode", choices=[("a", "Automatic"), ("m", "Manual")])
    status = forms.ChoiceField(label="Status", choices=[("on", "On"), ("off", "Off")], widget=forms.RadioSelect)
    minutes = forms.IntegerField(label="Minutes")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("name") == "whole":
            raise forms.ValidationError("The whole form is wrong.")
        return self.cleaned_data


INITIAL = {"name": "One", "notify": True, "mode": "m", "status": "on", "minutes": 20}


def draw(source: str, query: str = "", **context: Any) -> str:
    request = RequestFactory().get(f"/users/{query}")
    return Template(source).render(Context({"request": request, **context}))


def form(data: dict[str, Any] | None = None) -> Settings:
    return Settings(data, initial=INITIAL)


def test_an_icon_comes_from_the_file_of_icons() -> None:
    assert draw('{% icon "save" size=16 %}') == (
        '<svg class="i i--16" aria-hidden="true"><use href="/static/icons.svg#i-save"/></svg>'
    )


@pytest.mark.parametrize("value", [*JobState, *CycleStatus, *Status])
def test_every_status_of_the_domain_has_a_word_and_an_icon(value: str) -> None:
    drawn = draw("{% badge value %}{% status_word value %}", value=value)

    assert drawn.count("<use") == 2
    assert not drawn.endswith("</svg></span>")


def test_warnings_are_counted() -> None:
    assert "Healthy with 1 warning<" in draw('{% badge "warnings" count=1 %}')
    assert "Healthy with 3 warnings<" in draw('{% badge "warnings" count=3 %}')


def test_text_from_outside_is_escaped_in_every_mark() -> None:
    evil = "<b>&"
    source = '{% badge "ok" label=x %}{% tile x x %}{% avatar x %}{% copy x x %}{% th x %}{% button x why=x %}'
    source += '{% msgbar "ok" x %}{{ x }}{% endmsgbar %}{% section x state=x %}{{ x }}{% endsection %}'
    source += "{% commandbar note=x %}{% command x secondary=True title=x %}{% endcommandbar %}"

    assert "<b>" not in draw(source, x=evil)


@time_machine.travel(datetime(2026, 3, 12, 16, 0, tzinfo=UTC), tick=False)
def test_times_are_told_as_people_do() -> None:
    at = datetime(2026, 3, 12, 14, 20, 5, tzinfo=UTC)

    assert draw("{% when at %}", at=at) == (
        '<time datetime="2026-03-12T14:20:05+00:00" title="2026-03-12 14:20:05 UTC">Today, 14:20</time>'
    )
    assert ">today, 14:20<" in draw("{% when at inside=True %}", at=at)
    assert "11 Mar 2026, 14:20<" in draw("{% when at %}", at=at.replace(day=11))
    assert "11 Mar 2026<" in draw("{% when at day=True %}", at=at.replace(day=11))
    assert "1 Feb 2026<" in draw("{% when at %}", at=date(2026, 2, 1))
    assert draw("{% when at %}", at=None) == "–"


@pytest.mark.parametrize(
    ("name", "letters"), [("Citrix GoToMeeting", "CG"), ("Slack", "Sl"), ("one two three", "OT"), ("", "?")]
)
def test_a_tile_has_two_letters(name: str, letters: str) -> None:
    assert f">{letters}<" in draw("{% tile name 7 %}", name=name)


def test_a_tile_keeps_its_colour() -> None:
    assert draw('{% tile "A B" "6f1c8a52" %}') == draw('{% tile "A B" "6f1c8a52" %}')
    assert len({draw('{% tile "A B" key %}', key=key) for key in range(50)}) == 8


@pytest.mark.parametrize(
    ("name", "letters"), [("Ada Byron King", "AK"), ("O'Neil", "O"), ("李 雷", "李雷"), ("…", "?")]
)
def test_an_avatar_has_initials(name: str, letters: str) -> None:
    assert f">{letters}<" in draw("{% avatar name %}", name=name)


def test_a_field_ties_label_hint_and_error_to_the_input() -> None:
    drawn = draw("{% field form.name %}", form=form({"name": ""}))

    assert 'for="id_name"' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'class="input"' in drawn


def test_a_bubble_is_named_after_the_field_and_tied_to_it() -> None:
    drawn = draw('{% field form.name tip="More on it." %}', form=form())

    assert 'aria-label="About Name"' in drawn
    assert 'aria-describedby="id_name_helptext id_name_tip"' in drawn
    assert '<span class="tip" id="id_name_tip"' in drawn


def test_only_what_can_be_left_out_gets_a_star() -> None:
    assert 'class="req"' in draw("{% field form.name %}", form=form())
    for name in ("secret", "mode", "status", "notify"):
        assert 'class="req"' not in draw(
            "{% field form|field_of:name %}".replace("form|field_of:name", f"form.{name}"), form=form()
        )


def test_every_kind_of_field_has_its_own_shape() -> None:
    assert "data-reveal" in draw("{% field form.secret %}", form=form())
    assert "selectbox" in draw("{% field form.mode %}", form=form())
    assert 'class="seg"' in draw("{% field form.status segment=True %}", form=form())
    assert "radiocard" in draw("{% field form.status cards=True %}", form=form())
    assert "<legend" in draw("{% field form.status %}", form=form())
    assert 'class="check"' in draw("{% field form.notify %}", form=form())
    assert "<span>minutes</span>" in draw('{% field form.minutes after="minutes" %}', form=form())


def test_a_refused_form_still_knows_what_is_stored() -> None:
    refused = form({"name": "Two", "mode": "a", "status": "off", "minutes": "x"})

    stored = {name: f'data-saved="{value}"' for name, value in INITIAL.items()} | {"notify": 'data-saved="true"'}
    for name, attribute in stored.items():
        assert attribute in draw(f"{{% field form.{name} %}}", form=refused)
    assert "data-saved" not in draw("{% field form.name %}", form=form())


def test_a_typed_secret_does_not_come_back() -> None:
    assert "hunter2" not in draw("{% field form.secret %}", form=form({"secret": "hunter2"}))


def test_errors_are_listed_with_links_to_their_fields() -> None:
    drawn = draw("{% form_errors form %}", form=form({"status": ""}))

    assert 'role="alert"' in drawn
    assert "4 things need a correction" in drawn
    assert 'href="#id_name"' in drawn
    assert 'href="#id_status_0"' in drawn


def test_an_error_of_the_whole_form_is_listed_without_a_link() -> None:
    values = {**INITIAL, "name": "whole"}

    assert "<li>The whole form is wrong.</li>" in draw("{% form_errors form %}", form=form(values))


def test_without_errors_nothing_is_listed() -> None:
    assert draw("{% form_errors form %}{% form_errors good %}", form=form(), good=form(INITIAL)).strip() == ""


def test_a_command_is_a_link_a_deed_an_opener_or_the_button_of_a_form() -> None:
    assert '<a class="cmd" href="/x/"' in draw('{% command "Go" href="/x/" %}')
    assert 'form="act" formaction="/x/"' in draw('{% command "Go" post="/x/" %}')
    assert 'data-open="dlg"' in draw('{% command "Go" open="dlg" %}')
    save = draw('{% command "Save" form="edit" id="save" icon="save" %}')
    assert 'type="submit"' in save
    assert 'aria-keyshortcuts="Control+S"' in save
    assert 'hx-get="/x/"' in draw('{% command "Go" hx_get="/x/" %}')


def test_a_command_that_cannot_run_says_why() -> None:
    drawn = draw('{% command "Stop" post="/x/" why="Nothing runs." %}')

    assert 'aria-disabled="true"' in drawn
    assert 'type="button"' in drawn
    assert 'aria-describedby="why-stop"' in drawn
    assert "Nothing runs.</span>" in drawn


def test_secondary_commands_stand_twice_but_their_ids_once() -> None:
    source = '{% commandbar %}{% command "Columns" id="c" secondary=True why="Not now." %}{% endcommandbar %}'
    drawn = draw(source + "{% commandbar %}{% endcommandbar %}")

    assert drawn.count("<span>Columns</span>") == 2
    assert drawn.count('id="c"') == 1
    assert drawn.count('id="why-columns"') == 1
    assert drawn.count("More commands") == 1


def test_tucked_commands_stand_under_more_alone_on_every_width() -> None:
    drawn = draw('{% commandbar %}{% command "Preview" id="p" tucked=True %}{% endcommandbar %}')

    assert drawn.count("<span>Preview</span>") == drawn.count('id="p"') == 1
    assert drawn.index("More commands") < drawn.index("<span>Preview</span>")
    assert 'cmdbar__more">' in drawn


def test_the_bar_of_a_guarded_form_counts_its_edits() -> None:
    assert 'id="dirty-count"' in draw('{% commandbar form="edit" %}{% endcommandbar %}')
    assert "dirty-count" not in draw('{% commandbar note="Updated" %}{% endcommandbar %}')


def test_a_dialog_confirms_with_a_deed_a_form_or_a_reset() -> None:
    post = draw('{% dialog "d" "Stop?" confirm="Stop" post="/stop/" kind="danger" %}<p>x</p>{% enddialog %}')
    assert 'formaction="/stop/"' in post
    assert "btn--danger" in post
    assert "Cancel" in post
    reset = draw('{% dialog "d" "Discard?" confirm="Discard" reset="edit" cancel="Keep" %}{% enddialog %}')
    assert 'type="reset"' in reset
    assert "Keep" in reset
    assert "Close" in draw('{% dialog "d" "Keys" %}{% enddialog %}')


def test_a_pane_works_without_script() -> None:
    drawn = draw('{% pane "create" "Create" close="/back/" %}<p>x</p>{% endpane %}')

    assert " open " in drawn
    assert 'href="/back/"' in drawn


def test_a_head_that_sorts_turns_round_and_keeps_the_filters() -> None:
    source = '{% th "Name" sort="name" default="name" target="#list" %}'

    assert 'aria-sort="ascending"' in draw(source)
    assert 'href="?q=a&amp;sort=-name"' in draw(source, "?q=a&page=3")
    assert 'aria-sort="descending"' in draw(source, "?sort=-name")
    assert 'href="?sort=name"' in draw(source, "?sort=-name")
    assert "aria-sort" not in draw(source, "?sort=status")
    assert 'hx-target="#list"' in draw(source)
    assert "<a" not in draw('{% th "Users" css="num" %}')


def test_a_pager_tells_the_rows_and_keeps_the_filters() -> None:
    page = Paginator(range(1204), 50).get_page(2)

    drawn = draw("{% pager page %}", "?q=a&page=2", page=page)

    assert "51–100 of 1,204" in drawn
    assert 'href="?q=a&amp;page=1"' in drawn
    assert 'href="?q=a&amp;page=3"' in drawn


def test_a_single_page_has_no_pager() -> None:
    page = Paginator(range(3), 50).get_page(1)

    assert draw("{% pager page %}{% keyset_pager %}", page=page).strip() == ""


def test_a_list_read_by_key_has_links_only_where_there_is_more() -> None:
    drawn = draw('{% keyset_pager older="?before=7" target="#list" %}')

    assert 'hx-get="?before=7"' in drawn
    assert "Previous" not in drawn


def test_a_filter_says_what_is_chosen() -> None:
    choices = [("ok", "Healthy"), ("no", "Stopped")]
    source = '{% filter_pill "Status" "status" choices selected %}'

    assert '<strong id="pill-status">All</strong>' in draw(source, choices=choices, selected=[])
    assert '<strong id="pill-status">Stopped</strong>' in draw(source, choices=choices, selected=["no"])
    assert 'value="no" checked' in draw(source, choices=choices, selected=["no"])
