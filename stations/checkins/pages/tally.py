"""Visits that were counted on paper, entered by hand: one day at a time, by occupation."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from stations.checkins.models import Tally
from stations.checkins.usage.counts import tallied
from stations.checkins.usage.periods import Period, day_of
from stations.checkins.usage.tallies import DAYS_BACK, MOST, TallyError, first_day, tally
from stations.occupations import Occupation
from stations.registry.models import Station
from stations.registry.pages.station import station_in_care
from stations.unions.access import Ability
from stations.unions.models import User


class TallyForm(forms.Form):
    """A number for each occupation; an empty one is none. Another day is chosen in the list, with what it has, not typed here."""

    day = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value, label in Occupation.choices:
            box = forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": "0"})
            self.fields[value] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=MOST, widget=box
            )

    def counts(self) -> dict[str, int]:
        return {value: self.cleaned_data[value] or 0 for value in Occupation.values}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one day (`day`, else today) and the days before it with what was entered."""
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.TALLY)
    today = day_of(timezone.now())
    form = (
        TallyForm(request.POST) if request.method == "POST" else _as_entered(station, _asked(request, today))
    )
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["day"]
        try:
            tally(station=station, by=user, day=day, counts=form.counts(), today=today)
        except TallyError as error:
            form.add_error(error.field, error.message)
        else:
            told = gettext("Entered for %(day)s, as self-reported: %(visits)d visits.")
            messages.success(request, told % {"day": day.isoformat(), "visits": sum(form.counts().values())})
            return redirect(f"{reverse('codes:tally', args=[station.pk])}?day={day.isoformat()}")
    return render(request, "checkins/usage/tally.html", _context(station, form, today))


def _context(station: Station, form: TallyForm, today: date) -> dict[str, Any]:
    told = tallied(Station.objects.filter(pk=station.pk), Period(first_day(today), today))
    days = (today - timedelta(days=back) for back in range(DAYS_BACK + 1))
    return {
        "station": station,
        "form": form,
        "day": form["day"].value(),
        "days": [{"day": day, "visits": sum(told.get(day, {}).values())} for day in days],
    }


def _as_entered(station: Station, day: date) -> TallyForm:
    """The form with what the day has already, so that a correction begins at it."""
    rows = Tally.objects.filter(station=station, day=day).values_list("occupation", "count")
    return TallyForm(initial={"day": day, **dict(rows)})


def _asked(request: HttpRequest, today: date) -> date:
    """The day of our own links; any other means today."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if day and first_day(today) <= day <= today else today
