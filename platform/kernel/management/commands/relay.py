import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from kernel import clock, outbox


class Command(BaseCommand):
    help = "Move committed outbox deliveries to the workers, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pause", type=float, default=0.25, help="Seconds to wait when nothing is due.")
        parser.add_argument("--once", action="store_true", help="Move what is due now and end.")

    def handle(self, *arguments: Any, **options: Any) -> None:
        from kernel.tasks import deliver

        self._running = True
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while self._running:
            close_old_connections()
            claimed = outbox.claim_due(at=clock.now())
            for delivery_id in claimed:
                deliver.delay(str(delivery_id))
            if options["once"]:
                return
            if not claimed:
                time.sleep(options["pause"])

    def _stop(self, number: int, frame: Any) -> None:
        self._running = False
