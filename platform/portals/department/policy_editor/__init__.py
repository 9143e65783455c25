"""The policy editor at the desk: drafts as sentences, one form a rule, cases, import, publication.

Forms are made from the published schema; nothing here knows a single rule by name.
"""
