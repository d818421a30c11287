"""What the portal says of each kind of notice, on its pages and in mails. Marked here, translated when shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from provisioning.choices import NoticeKind
from provisioning.models import Notice
from provisioning.texts import Message, gettext_noop

NOT_LOST = gettext_noop(
    "It is tried again on %(next)s. Tries get rarer, at last one a day. When one passes, the quarantine ends by itself "
    "and the cycle goes on from where it stood. Nothing is lost."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """`label` names the kind in settings, `look` is its icon and colour. `title` is a mail's subject as well.

    `lead`: what it means. `advice`: what to do, where the notice has no remedy of its own. `link`: where it leads.
    """

    label: str
    look: str
    title: str
    lead: str = ""
    advice: str = ""
    following: str = ""
    link: str = ""


OVERVIEW = gettext_noop("Open the Overview of this application")
SOURCE = gettext_noop("Open Directory source")

TEXTS: Mapping[NoticeKind, Text] = {
    NoticeKind.CYCLE_FAILED: Text(
        label=gettext_noop("A cycle ended with failures"),
        look="warn",
        title=gettext_noop("Failures in a cycle of %(application)s: %(number)s"),
        lead=gettext_noop("Everybody else was provisioned."),
        advice=gettext_noop("Look at the log: each entry says what to do about its failure."),
        following=gettext_noop(
            "Objects that failed are tried again with the next cycles, ever more rarely. You are told again when they "
            "fail for another reason."
        ),
        link=gettext_noop("Open the failures in the provisioning logs"),
    ),
    NoticeKind.QUARANTINED: Text(
        label=gettext_noop("Provisioning of an application failed and is in quarantine"),
        look="err",
        title=gettext_noop("Provisioning of %(application)s failed: %(code)s"),
        lead=gettext_noop("It is in quarantine: no account is created, changed or disabled until the cause is gone."),
        following=NOT_LOST,
        link=OVERVIEW,
    ),
    NoticeKind.RECOVERED: Text(
        label=gettext_noop("A quarantine has ended"),
        look="ok",
        title=gettext_noop("Provisioning of %(application)s works again"),
        lead=gettext_noop("The quarantine has ended. The cycle goes on from where it stood; nothing was lost."),
        link=OVERVIEW,
    ),
    NoticeKind.GIVEN_UP: Text(
        label=gettext_noop("Provisioning was switched off after 28 days of quarantine"),
        look="err",
        title=gettext_noop("Provisioning of %(application)s was switched off"),
        lead=gettext_noop(
            "It failed for 28 days, so the portal switched it off. No account is created, changed or disabled any more."
        ),
        following=gettext_noop("Nothing is tried until somebody starts provisioning. Links to accounts are kept."),
        link=OVERVIEW,
    ),
    NoticeKind.HELD: Text(
        label=gettext_noop("Removals are held and wait for a decision"),
        look="warn",
        title=gettext_noop("Removals in %(application)s wait for you: %(number)s"),
        lead=gettext_noop(
            "More accounts or memberships than the guard allows would have been removed at once. Often a filter, a "
            "group or the source of the directory was changed by mistake. Nothing was removed; everything else goes on."
        ),
        advice=gettext_noop(
            "Look at the list. Approve what is meant; correct the directory or the filter where it is not, and the "
            "removal goes away by itself in the next cycle."
        ),
        following=gettext_noop("They wait until you decide. You are told again only after nothing has waited."),
        link=gettext_noop("Open the list of held removals"),
    ),
    NoticeKind.SOURCE_INCOMPLETE: Text(
        label=gettext_noop("The source of the directory could not be read"),
        look="err",
        title=gettext_noop("The directory could not be read from its source: %(code)s"),
        lead=gettext_noop("Nothing was changed: applications are provisioned with what was read before."),
        following=gettext_noop("It is read again before the next cycle. You are told again when the reason changes."),
        link=SOURCE,
    ),
    NoticeKind.IMPORT_HELD: Text(
        label=gettext_noop("An import of the directory was stopped, because too many would be gone"),
        look="warn",
        title=gettext_noop("An import of the directory was stopped and waits for you"),
        lead=gettext_noop(
            "Too many people, groups, memberships or assignments would be gone at once. Nothing was changed, and "
            "nobody loses an account because of it."
        ),
        following=gettext_noop("Each further import is judged anew. One that tells everybody again ends the wait."),
        link=SOURCE,
    ),
    NoticeKind.EXPIRES: Text(
        label=gettext_noop("A secret or certificate expires soon"),
        look="warn",
        title=gettext_noop("%(what)s of %(name)s: valid until %(date)s"),
        lead=gettext_noop("After that day nobody can sign in with it any more."),
        advice=gettext_noop("Make a new one, enter it where it is used, and remove the old one."),
        following=gettext_noop("You are reminded 30 days, 7 days and 1 day before, and when it has expired."),
        link=gettext_noop("Open the page where it is kept"),
    ),
    NoticeKind.TOAST: Text(label="", look="info", title="%(title)s", lead="%(text)s"),
}
EVENTS: tuple[NoticeKind, ...] = tuple(kind for kind in NoticeKind if kind is not NoticeKind.TOAST)
"""What is sent, and what the settings offer, in this order."""


def label_of(kind: str) -> str:
    """What a kind of notice is called in the language that is spoken; a test call has no name but its own."""
    known = TEXTS.get(NoticeKind(kind)) if kind in EVENTS else None
    return gettext(known.label) if known else kind.capitalize()


def moment(value: datetime) -> str:
    """With the name of the zone: a mail is read by people who cannot be asked for theirs."""
    local = localtime(value)
    return f"{date_format(local, 'SHORT_DATETIME_FORMAT')} {local:%Z}"


def _day(value: str) -> str:
    return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")


WRITTEN: Mapping[str, Callable[[str], Any]] = {"what": Message, "date": _day}
"""Values of notices that are words of ours, or written in the reader's form."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with its words: messages that the reader's page or mail puts into its language."""

    notice: Notice

    @property
    def text(self) -> Text:
        return TEXTS[NoticeKind(self.notice.kind)]

    @property
    def look(self) -> str:
        return str(self.notice.values.get("look") or self.text.look)

    @property
    def title(self) -> Message:
        return self._say(self.text.title)

    @property
    def lead(self) -> Message:
        return self._say(self.text.lead)

    @property
    def reason(self) -> Message:
        return Message.from_json(self.notice.reason)

    @property
    def remedy(self) -> str:
        return self.notice.remedy or self.text.advice

    @property
    def following(self) -> Message:
        """What happens next; nothing when that is tied to a time that is not known."""
        return self._say("" if self.text.following is NOT_LOST and not self.notice.next_at else self.text.following)

    @property
    def link(self) -> str:
        return self.text.link

    @property
    def moment(self) -> str:
        return moment(self.notice.at)

    @property
    def url(self) -> str:
        return f"{settings.PORTAL_ADDRESS}{self.notice.path}"

    def _say(self, text: str) -> Message:
        """Dates in the form, and times in the zone, of who is written to."""
        next_at = self.notice.next_at
        values = {name: WRITTEN.get(name, str)(each) for name, each in self.notice.values.items()}
        return Message(text, {**values, "next": moment(next_at) if next_at else ""})

    @property
    def subject(self) -> str:
        """The title in the language that is spoken."""
        values = {
            name: gettext(each.text) if isinstance(each, Message) else each for name, each in self.title.values.items()
        }
        return gettext(self.title.text) % values
