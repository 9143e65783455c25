"""What a punch came to."""

from django.utils.translation import gettext_noop as _

SHAPES = (
    _("%(said)s Offline: it reached us %(minutes)s minutes later."),
    _("Clock-in: %(said)s"),
    _("Clock-out: %(said)s"),
    _(
        "It reached us %(days)s days after it happened; what comes more than %(count)s days late counts no hours by "
        "itself."
    ),
    _("It reached us when this assignment was over already."),
    _("A clock-out was stored for this shift already."),
    _("The phone gave no usable position."),
    _("The meeting point was never confirmed on the map, so a position proves little here."),
    _("On site: %(metres)s m from the pin, accurate to %(accuracy)s m."),
    _("Near the site: %(metres)s m from the pin, accurate to %(accuracy)s m."),
    _("Not at the site: %(metres)s m from the pin, accurate to %(accuracy)s m; the fence is %(radius)s m."),
    _("The position is only accurate to %(accuracy)s m. Step outside and try again, or say why."),
    _("The position is %(hours)s old. Try again for a fresh one, or say why."),
    _("%(said)s Go to the meeting point and try again, or call the coordinator."),
)
