"""A percentage as people type it in the policy editor: taxes and fees may have a fraction of a basis point."""

from __future__ import annotations

import pytest

from departments.policy.schema_reading import part_at
from portals.department.policy_editor.typed import NotMeant, text_of_value, value_of_text

TAX = part_at(("rate_card", "taxes", 0, "rate_basis_points"))
LATE = part_at(("payment", "late_terms", 0, "percent_basis_points"))


@pytest.mark.parametrize(("text", "value"), [("9.975", 997.5), ("13", 1300), ("1.95 %", 195), ("0.0125", 1.25)])
def test_a_tax_is_read_and_shown_as_it_was_typed(text, value):
    read = value_of_text(TAX, text)
    assert (read, type(read)) == (value, type(value))
    assert text_of_value(TAX, value) == text.removesuffix(" %")


def test_where_whole_basis_points_are_kept_a_finer_percentage_is_refused():
    assert value_of_text(LATE, "1.95") == 195
    with pytest.raises(NotMeant):
        value_of_text(LATE, "1.955")
