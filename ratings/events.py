"""The facts that ratings announce. Identifiers in payloads are text."""

OFFICER_RATED = "ratings.officer_rated"
"""{rating_id, officer_id}"""

SITE_RATED = "ratings.site_rated"
"""{rating_id, client_id}"""

COMMENT_RELEASED = "ratings.comment_released"
"""{rating_id}: whom it is about may read the comment now."""

COMMENT_REPLIED = "ratings.comment_replied"
"""{rating_id}: whoever wrote the comment may read the reply."""

RATING_REPORTED = "ratings.rating_reported"
"""{report_id}"""

REPORT_DECIDED = "ratings.report_decided"
"""{report_id}: kept, hidden or struck, with the reason in the row."""
