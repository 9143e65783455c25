import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.models import LedgerTransaction
from kernel.models import OutboxEvent
from tenants.context import acting_as


class Command(BaseCommand):
    help = "Write the ledger and the outbox as JSON lines, for an auditor who brings a checker of their own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="Gets ledger.jsonl and outbox.jsonl.")

    def handle(self, *arguments: Any, folder: Path, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with acting_as(purpose="worker"):
            _write(folder / "ledger.jsonl", _ledger())
            _write(folder / "outbox.jsonl", _outbox())


def _ledger() -> Iterable[dict[str, Any]]:
    transactions = LedgerTransaction.objects.prefetch_related("entries__account").order_by("happened_at", "id")
    for transaction in transactions.iterator(chunk_size=500):
        yield {
            "business_key": transaction.business_key,
            "kind": transaction.kind,
            "job_id": str(transaction.job_id) if transaction.job_id else None,
            "happened_at": transaction.happened_at.isoformat(),
            "legs": [
                {
                    "account": entry.account.kind,
                    "owner_id": str(entry.account.owner_id) if entry.account.owner_id else None,
                    "direction": entry.direction,
                    "amount_cents": entry.amount_cents,
                    "currency": entry.currency,
                }
                for entry in transaction.entries.all()
            ],
        }


def _outbox() -> Iterable[dict[str, Any]]:
    events = OutboxEvent.objects.prefetch_related("deliveries").order_by("announced_at", "id")
    for event in events.iterator(chunk_size=500):
        yield {
            "id": str(event.id),
            "name": event.name,
            "payload": event.payload,
            "announced_at": event.announced_at.isoformat(),
            "deliveries": {
                delivery.handler: {"state": delivery.state, "attempts": delivery.attempts}
                for delivery in event.deliveries.all()
            },
        }


def _write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, default=str) + "\n" for row in rows)
