import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.books import ledger, ledger_verification
from billing.models import LedgerAccount


class Command(BaseCommand):
    help = "Rebuild every balance from the entries, print what was found as JSON, and exit 1 on any difference."

    def handle(self, *arguments: Any, **options: Any) -> None:
        verdict = ledger_verification.verify_all()
        currencies = LedgerAccount.objects.values_list("currency", flat=True).distinct().order_by("currency")
        trial_balances = {currency: ledger.trial_balance(currency=currency) for currency in currencies}
        is_in_order = not verdict.problems and not any(trial_balances.values())
        self.stdout.write(
            json.dumps(
                {
                    "in_order": is_in_order,
                    "accounts": verdict.accounts,
                    "transactions": verdict.transactions,
                    "entries": verdict.entries,
                    "trial_balance_cents": trial_balances,
                    "differences": [
                        {"rule": problem.rule, "count": problem.count, "examples": list(problem.examples)}
                        for problem in verdict.problems
                    ],
                },
                indent=2,
            )
        )
        if not is_in_order:
            raise CommandError("The ledger is not in order. Nothing was changed; look at the rows named above.")
