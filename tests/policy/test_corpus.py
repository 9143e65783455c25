"""Stored decisions are judged again: within one engine version every verdict stays what it was."""

from __future__ import annotations

import copy

import pytest

from departments.policy.documents import ENGINE_VERSION
from departments.policy.snapshots import replay, replays_alike
from tests.policy.corpus.stored import read, versions
from tests.policy.rules_as_data.tables import cases_of, fragments, policies, shapes


def test_the_engine_of_today_has_its_corpus():
    assert ENGINE_VERSION in versions(), "record it: python -m tests.policy.corpus.stored"


@pytest.mark.parametrize("version", versions())
def test_what_an_engine_decided_is_decided_so_still(version):
    """Also what an older engine decided: nothing of it has had to change so far. Name here what one day must."""
    stored = read(version)
    assert stored
    assert all(one["engine_version"] == version == one["verdict"]["engine_version"] for one in stored)
    changed = [one["verdict"]["sentence"] for one in stored if not replays_alike(one)]
    assert changed == [], "a changed verdict needs a new ENGINE_VERSION and a corpus of its own"


def test_the_corpus_holds_every_kind_of_rule():
    held = {key for one in read(ENGINE_VERSION) for key in one["policy"]["data"]}
    tables = {
        key
        for shape in shapes()
        if cases_of(shape["shape"])
        for policy in policies(fragments(shape))
        for key in policy.data
        if key != "notice"
    }
    assert tables <= held
    outcomes = {one["verdict"]["outcome"] for one in read(ENGINE_VERSION)}
    assert outcomes == {"allow", "warn", "needs_approval", "deny"}


def test_a_verdict_that_differs_would_be_seen():
    stored = copy.deepcopy(next(one for one in read(ENGINE_VERSION) if one["verdict"]["reasons"]))
    stored["verdict"]["outcome"] = "allow"
    assert not replays_alike(stored)
    assert replay(stored).engine_version == ENGINE_VERSION
