from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import ledger, ledger_verification
from billing.models import LedgerAccount, LedgerTransaction
from kernel.money import format_cents


class Command(BaseCommand):
    help = "Rebuild every balance from the entries and say whether the books are in order."

    def handle(self, *arguments: Any, **options: Any) -> None:
        for currency in LedgerAccount.objects.values_list("currency", flat=True).distinct().order_by("currency"):
            total = ledger.trial_balance(currency=currency)
            self.stdout.write(f"Trial balance {currency}: {format_cents(total, currency)}")
        problems = ledger_verification.verify()
        for problem in problems:
            self.stderr.write(f"{problem.count} {problem.rule}: {', '.join(problem.examples)}")
        if problems:
            raise CommandError("The ledger is not in order. Nothing was changed; look at the rows named above.")
        self.stdout.write(f"The ledger is in order: {LedgerTransaction.objects.count()} transactions.")
