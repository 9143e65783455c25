"""Local stand-ins for Stripe, Twilio and a mailbox.

A process of its own (`python -m sandbox`), bound to the loopback interface, with its own database, its own double-entry
books and its own clock. It imports neither Django nor anything of Muster, so that what it says about money is an
independent opinion.
"""
