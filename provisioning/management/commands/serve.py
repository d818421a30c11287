"""The supervisor: the web server, the two clusters and, in the demo, the stand-in, as long as it runs itself."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.translation import gettext as _

from portal.supervisor.supervisor import Supervisor
from portal.supervisor.ticker import Ticker
from provisioning import tasks
from provisioning.jobs import health
from provisioning.management.preparation import prepare
from provisioning.management.programs import CLUSTERS, Listener, children, listeners
from provisioning.management.tick import Tick


class Rows:
    """The work as it stands in the database."""

    queue_due = staticmethod(tasks.queue_due)
    stalled = staticmethod(health.stalled)
    forget_messages = staticmethod(health.forget_messages)


class Command(BaseCommand):
    help = "Runs the portal: web server, clusters and, with PORTAL_SANDBOX, the demo GoTo service. Ctrl-C ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="run `prepare` first")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._serve(prepare_first=options["prepare"])
        except KeyboardInterrupt:  # before the supervisor takes over the signal
            self.stdout.write(_("Nothing was started."))

    def _serve(self, *, prepare_first: bool) -> None:
        self.check(include_deployment_checks=settings.PORTAL_PRODUCTION)
        places = listeners()
        for place in places:
            self._refuse_taken(place)
        administrator = prepare(self.stdout.write) if prepare_first else ""
        connections.close_all()  # the tick has connections of its own
        supervisor = Supervisor(children(), Ticker(Tick(Rows(), CLUSTERS)))
        supervisor.run([place.as_probe() for place in places], lambda: self._tell_ready(administrator))
        self.stdout.write(_("Everything has ended."))

    def _refuse_taken(self, place: Listener) -> None:
        facts = {"label": place.label, "host": place.host, "port": place.port, "other": settings.PORTAL_PORT + 1000}
        try:
            taken = place.is_taken()
        except OSError as error:
            message = _("%(label)s cannot listen on %(host)s, port %(port)s: %(reason)s.")
            raise CommandError(message % {**facts, "reason": error.strerror}) from None
        if taken:
            message = _(
                "Port %(port)s is taken: %(label)s cannot start, nothing was started. "
                "End what uses the port, or choose another: PORT=%(other)s make run"
            )
            raise CommandError(message % facts)

    def _tell_ready(self, administrator: str) -> None:
        lines = ["", _("The portal is ready: %(address)s") % {"address": settings.PORTAL_ADDRESS}]
        if settings.PORTAL_SANDBOX:
            address = f"http://localhost:{settings.PORTAL_SANDBOX_PORT}"
            lines.append(_("The demo GoTo service: %(address)s") % {"address": address})
        lines += [_("Sign in with:"), *(f"  {line}" for line in administrator.splitlines())] if administrator else []
        lines += [_("Ctrl-C ends everything."), ""]
        self.stdout.write("\n".join(lines))
