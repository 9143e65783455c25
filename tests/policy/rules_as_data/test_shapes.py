"""Every shape of a rule, as data, against the cases that its words imply."""

from __future__ import annotations

import pytest

from tests.policy.rules_as_data.tables import differences, fragments, policies, shapes


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape["shape"])
def test_the_rule_says_what_its_words_say(shape):
    assert differences(shape, policies(fragments(shape))) == []
