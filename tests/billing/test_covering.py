"""However payments are drawn on, refunded and given up: none gives more than it is, and all together what they are."""

from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from billing.giving_back import covering
from billing.models import Charge
from kernel.identifiers import uuid7

CENTS = st.integers(0, 300)


@given(
    amounts=st.lists(st.tuples(st.integers(1, 200), st.integers(0, 200)), min_size=1, max_size=4),
    steps=st.lists(
        st.tuples(st.sampled_from(["take", "take alone", "put back", "transfer", "reverse"]), st.integers(0, 3), CENTS),
        max_size=25,
    ),
)
def test_limits_hold_and_nothing_is_made_up(amounts: list[tuple[int, int]], steps: list[tuple[str, int, int]]) -> None:
    charges = [
        Charge(id=uuid7(), amount_cents=amount, transferred_cents=min(drawn, amount)) for amount, drawn in amounts
    ]
    refunded = 0
    with mock.patch.object(Charge, "save", autospec=True, side_effect=lambda charge, **_: _assert_possible(charge)):
        for act, place, cents in steps:
            charge = charges[place % len(charges)]
            if act.startswith("take"):
                lenders = charges if act == "take" else []
                room = charge.amount_cents - charge.refunded_cents
                left = sum(one.undrawn_cents for one in charges) if lenders else charge.undrawn_cents
                taken = covering.take(charge=charge, cents=cents, lenders=lenders)
                assert taken == min(cents, room, left)
                refunded += taken
            elif act == "put back":
                cents = min(cents, charge.refunded_cents)
                covering.put_back(charge=charge, cents=cents, lenders=charges)
                refunded -= cents
            elif act == "transfer":
                charge.transferred_cents += min(cents, charge.undrawn_cents)
                _assert_possible(charge)
            else:
                charge.transferred_cents -= min(cents, charge.transferred_cents)
            assert sum(one.covered_cents for one in charges) == 0
            assert sum(one.refunded_cents for one in charges) == refunded
    assert sum(one.undrawn_cents for one in charges) == sum(
        one.amount_cents - one.refunded_cents - one.transferred_cents for one in charges
    )


def _assert_possible(charge: Charge) -> None:
    """What the table's constraints say, for each row as it is saved."""
    assert charge.undrawn_cents >= 0
    assert charge.covered_cents <= charge.refunded_cents <= charge.amount_cents
    assert charge.transferred_cents <= charge.amount_cents
