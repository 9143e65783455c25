"""The facts that agencies announce. Payload identifiers are text."""

ENGAGEMENT_INVITED = "agencies.engagement_invited"
"""{agency_id, officer_id}: the agency would like to staff this officer, who answers on their own page."""
