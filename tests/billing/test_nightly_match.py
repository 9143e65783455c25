"""Each thing that can go wrong between the books and Stripe gives exactly the work item for it; nothing gives none."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.books import ledger
from billing.books.chart import Kind
from billing.models import BalanceMovement, Correction, PlatformPayout, ReconciliationDay, WorkItem
from billing.reconciliation import corrections, matching, work_items
from billing.refusals.reconciliation import CorrectionDoesNotFit, CorrectionNeedsAnother, WorkItemSettled
from kernel.actors import SYSTEM
from kernel.errors import InvalidInput, NotFound
from kernel.identifiers import uuid7
from kernel.models import AuditEvent
from tests.billing.reconciling import MIDNIGHT, NOON, booked, moved, night, work

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def agreeing() -> None:
    """A payment, partly refunded, partly transferred."""
    booked("ch_1", 50_000, fee=1_480)
    moved("ch_1", 50_000, fee=1_480)
    booked("re_1", -9_000)
    moved("re_1", -9_000)
    booked("tr_1", -30_000)
    moved("tr_1", -30_000)


def test_a_clean_day_says_so() -> None:
    agreeing()
    day = night(reported={"CAD": 9_520})
    assert (day.state, day.matched, day.opened, day.open_items) == ("clean", 3, 0, 0)
    [totals] = day.totals
    assert (totals["stripe"], totals["books"], totals["unexplained"], totals["reported"]) == (9_520, 9_520, 0, 9_520)
    assert [(row["category"], row["stripe_cents"], row["books_cents"]) for row in totals["rows"]] == [
        ("payments", 48_520, 48_520),
        ("refunds", -9_000, -9_000),
        ("transfers", -30_000, -30_000),
    ]


def test_a_partial_capture_is_the_sum_of_its_two_movements() -> None:
    moved("ch_1", 50_000, fee=1_000)
    moved("ch_1", -16_000, number=2, type="refund")
    booked("ch_1", 34_000, fee=1_000)
    assert night().state == "clean"


def test_a_payout_goes_to_the_bank_and_one_that_comes_back_needs_a_person() -> None:
    booked("ch_1", 50_000)
    moved("ch_1", 50_000)
    moved("po_1", -40_000)
    payout = PlatformPayout.objects.create(
        reference="po_1", amount_cents=40_000, currency="CAD", state="pending", arrives_at=NOON + A_DAY,
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    assert night().state == "clean"
    assert ledger.balance(kind=Kind.PLATFORM_BANK, owner_id=None, currency="CAD") == 40_000
    moved("po_1", 40_000, at=NOON + A_DAY, number=2, type="payout_failure")
    PlatformPayout.objects.filter(id=payout.id).update(state="failed", failure="Account closed", updated_at=MIDNIGHT)
    day = night(number=1)
    assert work() == [("payout_failed", "returned:po_1", 40_000)]
    assert ledger.balance(kind=Kind.PLATFORM_BANK, owner_id=None, currency="CAD") == 0
    work_items.explain(
        work_item_id=WorkItem.objects.get().id, explanation="New account.", person_id=uuid7(), actor=SYSTEM, at=MIDNIGHT
    )
    assert (day.state, night(number=2).state) == ("differences", "clean")


def test_a_payout_that_does_not_arrive_is_asked_about_until_it_does() -> None:
    moved("po_1", -1)
    PlatformPayout.objects.create(
        reference="po_1", amount_cents=1, currency="CAD", state="in_transit", arrives_at=MIDNIGHT - 4 * A_DAY,
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    night()
    assert work() == [("payout_late", "late:po_1", 1)]
    PlatformPayout.objects.update(state="paid", updated_at=MIDNIGHT)
    assert night(number=1).state == "clean"


@pytest.mark.parametrize(
    ("type", "source", "kind"),
    [
        ("stripe_fee", "txn_x", "stripe_fee"),
        ("adjustment", "txn_x", "adjustment"),
        ("adjustment", "du_x", "not_booked"),
        ("climate_order_purchase", "txn_x", "unknown_movement"),
        ("transfer_refund", "trr_x", "not_booked"),
    ],
)
def test_what_only_stripe_knows_is_told_apart(type: str, source: str, kind: str) -> None:
    moved(source, -500, type=type)
    day = night()
    assert work() == [(kind, source, -500)]
    item = WorkItem.objects.get()
    assert "-CA$5.00" in item.cause
    assert item.remedy
    assert (day.state, day.totals[0]["unexplained"]) == ("differences", 0)


def test_a_posting_that_names_nothing_at_stripe_is_work() -> None:
    booked("", 500, key="by hand")
    night()
    assert work() == [("no_source", "posting:by hand", -500)]


def test_what_moved_just_now_is_left_for_the_next_night() -> None:
    moved("ch_1", 50_000, at=MIDNIGHT + timedelta(hours=3) - matching.GRACE / 2)
    day = night()
    assert (day.state, day.totals[0]["under_way"], day.totals[0]["unexplained"]) == ("clean", 50_000, 0)
    night(number=1)
    assert work() == [("not_booked", "ch_1", 50_000)]


def test_a_gap_in_the_mirror_is_found_by_stripes_own_balance() -> None:
    agreeing()
    night(reported={"CAD": 9_521})
    assert work() == [("mirror_incomplete", "balance:CAD", 1)]
    assert night(number=1, reported={"CAD": 9_520}).state == "clean"


# ── Perturbed ───────────────────────────────────────────────────────────────────────────────────────────────────────

_EXPECTED = {
    "missing in books": "not_booked",
    "missing at stripe": "not_at_stripe",
    "doubled": "booked_twice",
    "a cent more": "amount_differs",
    "fee": "fee_differs",
    "late in books": "not_booked",
    "late": "not_at_stripe",
}
_PERTURBED = st.dictionaries(st.integers(0, 7), st.sampled_from(sorted(_EXPECTED)), max_size=4)


@settings(max_examples=7, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_PERTURBED)
def test_any_perturbation_is_found_and_nothing_else(perturbed: dict[int, str]) -> None:
    with transaction.atomic():
        for number in range(8):
            _play(number, perturbed.get(number, ""))
        day = night()
        assert [(kind, source) for kind, source, _ in work()] == [
            (_EXPECTED[what], f"ch_{number}") for number, what in sorted(perturbed.items())
        ]
        assert day.state == ("differences" if perturbed else "clean")
        assert day.totals[0]["unexplained"] == 0
        # The other half of what was late arrives; the rest stays, told once.
        for number, what in perturbed.items():
            if what == "late in books":
                booked(f"ch_{number}", 10_000 + number, fee=320, at=NOON + A_DAY)
            if what == "late":
                moved(f"ch_{number}", 10_000 + number, fee=320, at=NOON + A_DAY)
        later = night(number=1)
        stay = {number: what for number, what in perturbed.items() if not what.startswith("late")}
        assert [source for _, source, _ in work()] == [f"ch_{number}" for number in sorted(stay)]
        assert (later.opened, later.healed) == (0, len(perturbed) - len(stay))
        assert later.totals[0]["unexplained"] == 0
        assert BalanceMovement.objects.filter(matched_at=None).count() == sum(
            what != "missing at stripe" for what in stay.values()
        )
        transaction.set_rollback(True)


def _play(number: int, what: str) -> None:
    source, cents = f"ch_{number}", 10_000 + number
    if what not in ("missing at stripe", "late"):
        moved(source, cents + (what == "a cent more"), fee=320 + (what == "fee"))
    if what not in ("missing in books", "late in books"):
        booked(source, cents, fee=320)
    if what == "doubled":
        booked(source, cents)


# ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_difference() -> WorkItem:
    moved("txn_x", -500, type="stripe_fee")
    night()
    return WorkItem.objects.get()


def test_an_explained_difference_stays_in_the_sums_until_it_changes() -> None:
    item = a_difference()
    with pytest.raises(InvalidInput):
        work_items.explain(work_item_id=item.id, explanation=" ", person_id=uuid7(), actor=SYSTEM, at=MIDNIGHT)
    with pytest.raises(NotFound):
        work_items.explain(work_item_id=uuid7(), explanation="x", person_id=uuid7(), actor=SYSTEM, at=MIDNIGHT)
    work_items.explain(work_item_id=item.id, explanation="Monthly fee.", person_id=uuid7(), actor=SYSTEM, at=MIDNIGHT)
    day = night(number=1)
    assert (day.state, day.totals[0]["differences"], day.totals[0]["unexplained"]) == ("clean", -500, 0)
    moved("txn_x", -1, type="stripe_fee", number=2)
    assert night(number=2).state == "differences"


def test_a_correction_takes_two_people_and_heals() -> None:
    item = a_difference()
    first, second = uuid7(), uuid7()
    for kind in (Kind.PREPAID_JOB, Kind.STRIPE_BALANCE):
        with pytest.raises(InvalidInput):
            corrections.propose(
                work_item_id=item.id, account_kind=kind, reason="Fee", person_id=first, actor=SYSTEM, at=MIDNIGHT
            )
    # The fee is an expense; revenue could not bear it, because there is none.
    for kind in (Kind.SERVICE_FEE_REVENUE, Kind.PROCESSING_EXPENSE):
        proposed = corrections.propose(
            work_item_id=item.id, account_kind=kind, reason="Fee", person_id=first, actor=SYSTEM, at=MIDNIGHT
        )
        with pytest.raises(CorrectionNeedsAnother):
            corrections.approve(correction_id=proposed.id, person_id=first, actor=SYSTEM, at=MIDNIGHT)
        if kind == Kind.SERVICE_FEE_REVENUE:
            with pytest.raises(CorrectionDoesNotFit):
                corrections.approve(correction_id=proposed.id, person_id=second, actor=SYSTEM, at=MIDNIGHT)
            corrections.reject(correction_id=proposed.id, person_id=first, actor=SYSTEM, at=MIDNIGHT)
        else:
            corrections.approve(correction_id=proposed.id, person_id=second, actor=SYSTEM, at=MIDNIGHT)
    assert ledger.balance(kind=Kind.PROCESSING_EXPENSE, owner_id=None, currency="CAD") == 500
    day = night(number=1)
    assert (day.state, day.healed) == ("clean", 1)
    assert Correction.objects.filter(state="posted").count() == 1
    actions = AuditEvent.objects.filter(subject_id=item.id).order_by("id").values_list("action", flat=True)
    assert list(actions) == [
        "work_item.opened", "correction.proposed", "correction.rejected", "correction.proposed",
        "correction.approved", "work_item.resolved",
    ]  # fmt: skip
    with pytest.raises(WorkItemSettled):
        work_items.explain(work_item_id=item.id, explanation="x", person_id=first, actor=SYSTEM, at=MIDNIGHT)


def test_a_correction_of_what_changed_meanwhile_is_refused() -> None:
    item = a_difference()
    proposed = corrections.propose(
        work_item_id=item.id, account_kind=Kind.PROCESSING_EXPENSE, reason="Fee", person_id=uuid7(), actor=SYSTEM,
        at=MIDNIGHT,
    )  # fmt: skip
    moved("txn_x", -1, type="stripe_fee", number=2)
    night(number=1)
    with pytest.raises(CorrectionDoesNotFit, match=r"-CA\$5.01 now"):
        corrections.approve(correction_id=proposed.id, person_id=uuid7(), actor=SYSTEM, at=MIDNIGHT)
    assert not ReconciliationDay.objects.exclude(state="differences").exists()
