"""Words within sentences: states, kinds of time, roles, and what an award order sorts by."""

from django.utils.translation import gettext_noop as _

_STATES = (
    _("planned"),
    _("open"),
    _("part staffed"),
    _("staffed"),
    _("in progress"),
    _("worked"),
    _("closed"),
    _("cancelled"),
    _("expired"),
    _("placed"),
    _("won"),
    _("backup"),
    _("lost"),
    _("withdrawn"),
    _("accepted"),
    _("refused"),
    _("rejected"),
    _("upheld"),
    _("filed"),
    _("ended"),
    _("declined"),
    _("active"),
    _("invited"),
    _("confirmed"),
    _("checked in"),
    _("checked out"),
)
_TIME = (
    _("duty"),
    _("overtime"),
    _("court"),
    _("leave"),
    _("extra duty"),
    _("other employer"),
)
_ROLES = (
    _("coordinator"),
    _("supervisor"),
    _("commander"),
)
_ROSTER = (
    _("active"),
    _("on leave"),
    _("on_leave"),
    _("suspended"),
    _("modified duty"),
    _("modified_duty"),
    _("sick"),
    _("retired"),
)
_KEYS = (
    _("owed the next offer"),
    _("counted in this period"),
    _("shifts counted in this period"),
    _("offers refused in this period"),
    _("last worked"),
    _("years of service"),
    _("extra-duty this month"),
    _("extra-duty this year"),
    _("extra-duty in the last 28 days"),
    _("extra-duty shifts this month"),
    _("offers refused this month"),
    _("place on the wheel"),
    _("tier"),
    _("rank level"),
    _("seniority date"),
    _("distance band in km"),
    _("bid received"),
    _("draw"),
)
# A key with its value, as "seniority date 2011-04-01" or "4 h 30 extra-duty this month".
_VALUES = (
    _("owed the next offer %(value)s"),
    _("%(hours)s counted in this period"),
    _("shifts counted in this period %(value)s"),
    _("offers refused in this period %(value)s"),
    _("last worked %(value)s"),
    _("last worked never"),
    _("years of service %(value)s"),
    _("%(hours)s extra-duty this month"),
    _("%(hours)s extra-duty this year"),
    _("%(hours)s extra-duty in the last 28 days"),
    _("extra-duty shifts this month %(value)s"),
    _("offers refused this month %(value)s"),
    _("place on the wheel %(value)s"),
    _("tier %(value)s"),
    _("rank level %(value)s"),
    _("seniority date %(value)s"),
    _("distance band in km %(value)s"),
    _("bid received %(value)s"),
)
# What the payment service may ask for.
_PAYMENTS = (
    _("Bank account"),
    _("The payment service's own terms"),
    _("Last four digits of the social security number"),
    _("Tax or identity number"),
    _("Date of birth"),
    _("A photo of an identity document"),
)
_ORDER = (
    _("Fewest extra-duty hours this month"),
    _("Fewest extra-duty hours this year"),
    _("Longest service"),
    _("The draw"),
    _("First to bid"),
)
_LATE = (
    _("The client disputed the hours"),
    _("The hours were approved late"),
    _("The client had not paid for all hours"),
    _("The officer's payment account could not receive money"),
    _("The transfer was made late"),
    _("The payment service refused the transfer"),
    _("The officer's bank refused the deposit"),
    _("The payment service or the bank took longer"),
    _("The hours reached payroll late"),
)
_PEOPLE = (
    _("Officer %(pseudonym)s"),
    _("A former officer"),
    _("Approved and submitted hours, assignments and the fairness ledger of this department"),
)
_REPORT = (
    _("Nobody came"),
    _("Late"),
    _("No answer"),
    _("On site"),
    _("Over time"),
    _("Left early"),
    _("Expected"),
    _("Offered"),
    _("Done"),
    _("Relieved"),
    _("Called off"),
    _("Not staffed"),
    _("Cancelled"),
    _("How it went"),
    _("Places by what became of them."),
    _("Places"),
    _("What became of it"),
    _("%(count)s places on %(number)s shifts"),
    _("%(first_day)s to %(last_day)s"),
    _("punches and timesheets"),
    _("n = %(counted)s. %(days_shown)s. Source: %(source)s."),
)
SHAPES = tuple(
    dict.fromkeys(
        (*_STATES, *_TIME, *_ROLES, *_ROSTER, *_KEYS, *_VALUES, *_PAYMENTS, *_ORDER, *_LATE, *_PEOPLE, *_REPORT)
    )
)
