"""What a worker is told of a check-in: what was recorded, and honestly when it is not counted. Nobody is scolded."""

from django.utils.translation import gettext_lazy as _

from stations.checkins.choices import Grade, SetAside
from stations.occupations import Occupation

# The last button stands for all whom chapter 1 does not name.
OCCUPATIONS = {
    one.value: _("Another occupation") if one is Occupation.UNKNOWN else one.label for one in Occupation
}

TITLES = {
    "counted": _("Thank you, you are checked in"),
    "noted": _("Thank you, it is noted"),
    "kept": _("Saved on your phone"),
}

NOT_COUNTED = {
    SetAside.COOLING: _(
        "You have checked in here already a short while ago, so this one is not counted again."
    ),
    SetAside.DEVICE_CAP: _("It is kept, but not counted: a phone is counted for a few visits a day only."),
    SetAside.ADDRESS_CAP: _("It is kept, but not counted: very many check-ins came over this network today."),
    SetAside.CLOCK: _("It is kept, but not counted: your phone's date or time is off by more than a day."),
    SetAside.SPEED: _("It is kept, but not counted: the same phone checked in far from here just before."),
    SetAside.ROUND_THE_CLOCK: _(
        "It is kept, but not counted: this phone has checked in all round the clock."
    ),
}

EVIDENCE = {
    Grade.SCREEN: _("Confirmed by the code on the station's screen."),
    Grade.NEAR: _("Confirmed: your phone is near the station. Where exactly is not stored."),
}
POSITION_DID_NOT_HELP = _("Your position could not confirm the visit; the check-in stands without it.")
