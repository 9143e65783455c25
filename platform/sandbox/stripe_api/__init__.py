"""The stand-in for Stripe: the calls that a marketplace with separate charges and transfers makes."""
