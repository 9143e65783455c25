"""Credit notes of one invoice, whatever their sizes: never a negative part, and in the end the invoice exactly."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.documents.content import DocumentContent, Tax
from billing.documents.credit_note import _parts
from tests.documents.test_layout import content


@settings(max_examples=25)
@given(
    net=st.integers(0, 10**7),
    taxes=st.lists(st.integers(0, 10**6), min_size=1, max_size=3),
    percentages=st.lists(st.integers(0, 100), max_size=4),
)
def test_partial_credits_always_sum_to_the_invoice(net: int, taxes: list[int], percentages: list[int]) -> None:
    said = replace(
        content(), net_cents=net, taxes=tuple(Tax(f"T{at}", 500, "", cents) for at, cents in enumerate(taxes))
    )
    left, notes = net + sum(taxes), list[DocumentContent]()
    for percentage in [*percentages, 100]:
        if not left:
            break
        amount = max(left * percentage // 100, 1)
        parts = _parts("N", said, notes, amount)
        assert sum(parts) == amount
        assert min(parts) >= 0
        noted = tuple(replace(tax, cents=cents) for tax, cents in zip(said.taxes, parts[1:], strict=True))
        notes.append(replace(said, net_cents=parts[0], taxes=noted))
        left -= amount
    assert left == 0
    assert sum(note.net_cents or 0 for note in notes) == net
    assert sum(tax.cents for note in notes for tax in note.taxes) == sum(taxes)
