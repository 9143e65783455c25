"""Those who are paid: they open accounts late, lose the capability, get it back, are paid out, see a payout fail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.player import Player
from simulation.registry import Operation, serves
from simulation.town import Payee


class Onboard(Operation):
    weight = 3

    def perform(self, player: Player) -> bool:
        without = player.town.payees_without_account()
        return bool(without) and onboard(player, player.draw.choice(without))


def onboard(player: Player, payee: Payee) -> bool:
    """Through the provider's own page; False when the provider was away."""
    answer = player.ask("onboard", owner_kind=payee.owner_kind, owner_id=payee.owner_id, currency=payee.currency)
    if "url" not in answer or player.provider.press(answer["url"], outcome="complete") != 303:
        return False
    player.town.opened(payee, answer["reference"])
    return True


class LoseCapability(Operation):
    """Stripe asks for something again; what is owed to them waits."""

    weight = 1
    states: tuple[dict[str, Any], ...] = (
        {"state": "restricted"},
        {"state": "active", "asked": ["identity.individual.address"], "within_days": 14},
    )

    def perform(self, player: Player) -> bool:
        accounts = player.town.accounts()
        if not accounts:
            return False
        state = player.draw.choice(self.states)
        player.provider.control("POST", f"accounts/{player.draw.choice(accounts)}", state)
        return True


class RegainCapability(LoseCapability):
    weight = 2
    states = ({"state": "active"},)


class PayOut(Operation):
    weight = 2

    def perform(self, player: Player) -> bool:
        accounts = player.town.accounts()
        if not accounts:
            return False
        answer = player.provider.control(
            "POST", "payouts", {"account": player.draw.choice(accounts), "settle": player.draw.random() < 0.5}
        )
        for payout in answer.get("payouts", []):
            if player.draw.random() < 0.15:
                player.provider.control("POST", f"payouts/{payout['id']}/fail", {})
        return True


@serves("onboard")
def start_onboarding(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.paying_out import payees
    from kernel.actors import system

    url = payees.start_onboarding(**given, at=at, actor=system("simulation"))
    account = payees.payee_account_of(**given)
    return {"url": url, "reference": account.account_reference if account else ""}
