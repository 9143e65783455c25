"""Keys under which Stripe does a thing once. They follow from each other, so that two senders use the same next one."""


def next_key(saved: str) -> str:
    """`transfer:ID` → `transfer:ID#1` → `transfer:ID#2`"""
    base, _, number = saved.partition("#")
    return f"{base}#{int(number or 0) + 1}"
