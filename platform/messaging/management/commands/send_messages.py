import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from kernel import clock
from messaging import sending
from messaging.models import Channel
from tenants.context import acting_as

_TURN_SECONDS = 20


class Command(BaseCommand):
    help = (
        "Send queued messages of one channel, beside the workers' scans, until told to stop. Run as many as the "
        "provider's pace needs; together they keep to SMS_PER_SECOND and EMAILS_PER_SECOND."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("channel", choices=Channel.values)
        parser.add_argument("--pause", type=float, default=1.0, help="Seconds to wait when nothing is due.")

    def handle(self, *arguments: Any, **options: Any) -> None:
        self._running = True
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while self._running:
            close_old_connections()
            with acting_as(purpose="worker"):
                tried = sending.take_turn(channel=options["channel"], at=clock.now(), seconds=_TURN_SECONDS)
            if not tried:
                time.sleep(options["pause"])

    def _stop(self, number: int, frame: Any) -> None:
        self._running = False
