"""What the officer earned, where that money is, and what is still to come."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billing.books.money import transfers_of_officer
from billing.giving_back import netting
from kernel import clock
from marketplace.models import Officer
from portals.officer import earnings as reading
from portals.officer.earnings_months import months_chart
from portals.officer.pages import officer_page
from portals.officer.payment_facts import payment_facts


@officer_page
@require_GET
def earnings(request: HttpRequest, officer: Officer) -> HttpResponse:
    at = clock.now()
    payments = payment_facts(officer=officer, at=at)
    transfers = transfers_of_officer(officer)
    rows, coming = reading.earned_and_expected(officer, transfers)
    deposits = reading.deposits(payments.account, transfers) if payments.account else []
    context = {
        "payments": payments,
        "rows": rows,
        "expected": coming,
        "months": months_chart(rows=rows, currency=payments.currency, zone=payments.department.time_zone, at=at),
        "kept_words": reading.kept_words(rows),
        "deposits": deposits,
        "debts": netting.debts_of(owner_kind="officer", owner_id=officer.id),
        "totals": reading.totals(rows=rows, coming=coming, deposits=deposits, currency=payments.currency),
    }
    return render(request, "officer/earnings.html", context)
