"""`make demo`: one job from request to payout on a stack of its own, and a checker that believes none of it."""
