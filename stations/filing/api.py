"""Filings over HTTP: the form of Annex 2, its list of stations, and its way through union and centre (chapter 3).

Every write says by If-Match which version of the filing it was made from; what the rules of the way forbid is a 409 that says
what to do instead.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.filing import actions, rules
from stations.filing.actions.locking import lock
from stations.filing.api_refusals import told, told_of_decision
from stations.filing.api_serializers import (
    HEAD,
    ChosenInput,
    DecisionInput,
    DraftInput,
    FilingSerializer,
    FilingSummary,
    HeadInput,
    RowChange,
    RowInput,
    StepInput,
)
from stations.filing.changes import decide
from stations.filing.choices import Decision, FilingKind, FilingState
from stations.filing.models import FieldChange, Filing, FilingItem, FilingStep
from stations.registry.models import Station
from stations.rest.conditional import answered, seen_version
from stations.rest.errors import found, refuse
from stations.rest.filters import ChoiceFilter, IdFilter, MomentFilter
from stations.rest.paging import refuse_unlisted
from stations.rest.parsing import StrictInput
from stations.rest.schema import IF_MATCH, IF_NONE_MATCH, UNCHANGED, refusals
from stations.unions.access import Ability, may_somewhere

WRITTEN = {200: FilingSerializer, **refusals(400, 401, 403, 404, 409, 412, 428)}
STEPS: dict[str, Callable[..., Filing]] = {
    rules.SUBMIT: actions.submit,
    rules.TAKE_BACK: actions.take_back,
    rules.REVIEW: actions.review,
    rules.RECOMMEND: actions.recommend,
    rules.APPROVE: actions.approve,
    rules.RETURN: actions.return_filing,
}


class FilingFilters(FilterSet):
    kind = ChoiceFilter(choices=FilingKind.choices)
    state = ChoiceFilter(choices=FilingState.choices)
    union = IdFilter()
    station = IdFilter(field_name="items__station")
    since = MomentFilter(
        field_name="state_since", lookup_expr="gte", help_text="in its state since then or later"
    )


class FilingList(generics.ListAPIView):
    queryset = Filing.objects.select_related("union").annotate(station_count=Count("items")).order_by("-id")
    serializer_class = FilingSummary
    filterset_class = FilingFilters
    permission_classes = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[Filing]:
        seen = Filing.objects.visible_to(self.request.user)
        return super().get_queryset().filter(pk__in=seen.values("pk"))

    @extend_schema(
        operation_id="filings_list",
        parameters=[IF_NONE_MATCH],
        responses={200: FilingSummary(many=True), **UNCHANGED, **refusals(400, 401)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Filings: the centre's all, an officer's of the own union, a manager's of changes to the own stations."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="filings_create",
        request=DraftInput,
        responses={201: FilingSerializer, **refusals(400, 401, 403)},
    )
    def post(self, request: Request) -> Response:
        """Begin a filing as a draft. Officers, for their own union."""
        if not may_somewhere(request.user, Ability.FILE):
            refuse(request)
        given = _given(request, DraftInput)
        head = {field: text for field, text in given.items() if field in HEAD}
        with transaction.atomic(), told():
            filing = actions.draft_filing(by=request.user, kind=given["kind"], union=given["union"])
            filing = actions.edit_head(filing=filing, by=request.user, **head) if head else filing
        where = f"{request.path}{filing.pk}/"
        return _answer(request, filing.pk, status=201, headers={"Location": where})


class FilingView(APIView):
    """A filing that the asker may see, and its parts."""

    permission_classes = [IsAuthenticated]

    def filing(self, request: Request, pk: int, *abilities: Ability) -> Filing:
        """404 unless the asker sees it; 403 unless one of the abilities is theirs."""
        filing = found(Filing.objects.visible_to(request.user), pk=pk)
        if abilities and not any(filing.allows(request.user, one) for one in abilities):
            refuse(request)
        return filing


class FilingDetail(FilingView):
    """One filing."""

    @extend_schema(
        operation_id="filings_retrieve",
        parameters=[IF_NONE_MATCH],
        responses={200: FilingSerializer, **UNCHANGED, **refusals(400, 401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """A filing with its stations, its field changes and the steps that it went."""
        refuse_unlisted(request, ())
        return _answer(request, pk)

    @extend_schema(operation_id="filings_change", parameters=[IF_MATCH], request=HeadInput, responses=WRITTEN)
    def patch(self, request: Request, pk: int) -> Response:
        """Write the head of a draft or returned filing."""
        filing = self.filing(request, pk, Ability.FILE)
        version = seen_version(request, filing.version)
        head = _given(request, HeadInput)
        with told():
            actions.edit_head(filing=filing, by=request.user, version=version, **head)
        return _answer(request, pk)

    @extend_schema(
        operation_id="filings_delete",
        parameters=[IF_MATCH],
        responses={204: None, **refusals(400, 401, 403, 404, 409, 412, 428)},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a draft, and the planned stations that were written into it."""
        filing = self.filing(request, pk, Ability.FILE)
        refuse_unlisted(request, ())
        version = seen_version(request, filing.version)
        with told():
            actions.delete_draft(filing=filing, by=request.user, version=version)
        return Response(status=204)


class FilingSteps(FilingView):
    """The way of a filing."""

    @extend_schema(operation_id="filings_step", parameters=[IF_MATCH], request=StepInput, responses=WRITTEN)
    def post(self, request: Request, pk: int) -> Response:
        """Submit, take back, review, recommend, approve, or return with a reason. `steps_due` of the filing says which."""
        filing = self.filing(request, pk, Ability.FILE, Ability.REVIEW_FILING, Ability.APPROVE_FILING)
        version = seen_version(request, filing.version)
        given = _given(request, StepInput)
        comment = given.get("comment", "")
        words = {"reason": comment} if given["step"] == rules.RETURN else {"comment": comment}
        with told("comment"):
            STEPS[given["step"]](filing=filing, by=request.user, version=version, **words)
        return _answer(request, pk)


class FilingDecisions(FilingView):
    """What the union says to a live change."""

    @extend_schema(
        operation_id="filings_decide", parameters=[IF_MATCH], request=DecisionInput, responses=WRITTEN
    )
    def post(self, request: Request, pk: int) -> Response:
        """Confirm field changes that were made live, or put back what was there."""
        filing = self.filing(request, pk, Ability.DECIDE_CHANGE)
        version = seen_version(request, filing.version)
        given = _given(request, DecisionInput)
        changes = _all_of(
            FieldChange.objects.filter(item__filing=filing).select_related("item__filing"), "changes", given
        )
        confirm = given["decision"] == Decision.CONFIRMED
        with told_of_decision(filing):
            decide(
                changes=changes,
                by=request.user,
                confirm=confirm,
                comment=given.get("comment", ""),
                version=version,
            )
        return _answer(request, pk)


class FilingRows(FilingView):
    """New stations in a filing."""

    @extend_schema(
        operation_id="filings_write_station", parameters=[IF_MATCH], request=RowInput, responses=WRITTEN
    )
    def post(self, request: Request, pk: int) -> Response:
        """Write a new station into the list: it stands in the registry as planned from now on."""
        filing = self.filing(request, pk, Ability.FILE)
        version = seen_version(request, filing.version)
        given = _given(request, RowInput)
        with told():
            actions.add_station(filing=filing, by=request.user, version=version, **given)
        return _answer(request, pk)


class FilingItems(FilingView):
    """Stations of the registry in a filing."""

    @extend_schema(
        operation_id="filings_choose_stations", parameters=[IF_MATCH], request=ChosenInput, responses=WRITTEN
    )
    def post(self, request: Request, pk: int) -> Response:
        """Put stations of the registry into the list: to upgrade, to withdraw, or planned ones to be filed as new."""
        filing = self.filing(request, pk, Ability.FILE)
        version = seen_version(request, filing.version)
        given = _given(request, ChosenInput)
        stations = _all_of(Station.objects.visible_to(request.user), "stations", given)
        with _locked(filing, version), told("reason"):
            actions.choose_stations(
                filing=filing, by=request.user, stations=stations, reason=given.get("reason", "")
            )
        return _answer(request, pk)


class FilingItemDetail(FilingView):
    """One row of the list."""

    @extend_schema(
        operation_id="filings_change_item", parameters=[IF_MATCH], request=RowChange, responses=WRITTEN
    )
    def patch(self, request: Request, pk: int, item_pk: int) -> Response:
        """Correct a planned station of the list, or write the reason of an upgrade or withdrawal."""
        filing, item, version = self._item(request, pk, item_pk)
        given = _given(request, RowChange, partial=True)
        reason = given.pop("reason", None)
        with _locked(filing, version), told("reason"):
            if reason is not None:
                actions.edit_reason(item=item, by=request.user, reason=reason)
            if given or reason is None:
                actions.edit_station(item=item, by=request.user, **given)
        return _answer(request, pk)

    @extend_schema(operation_id="filings_remove_item", parameters=[IF_MATCH], responses=WRITTEN)
    def delete(self, request: Request, pk: int, item_pk: int) -> Response:
        """Take a station out of the list; one that was only planned in this filing leaves the registry."""
        filing, item, version = self._item(request, pk, item_pk)
        refuse_unlisted(request, ())
        with _locked(filing, version), told():
            actions.remove_station(item=item, by=request.user)
        return _answer(request, pk)

    def _item(self, request: Request, pk: int, item_pk: int) -> tuple[Filing, FilingItem, int | None]:
        filing = self.filing(request, pk, Ability.FILE)
        item = found(FilingItem.objects.filter(filing=filing).select_related("filing"), pk=item_pk)
        return filing, item, seen_version(request, filing.version)


@contextmanager
def _locked(filing: Filing, version: int | None) -> Iterator[None]:
    """In one transaction with the comparison of the version."""
    with transaction.atomic(), told():
        lock(filing, version)
        yield


def _given(request: Request, shape: type[StrictInput], *, partial: bool = False) -> dict[str, Any]:
    """The checked body."""
    refuse_unlisted(request, ())
    given = shape(data=request.data, partial=partial)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _all_of(rows: QuerySet[Any], field: str, given: dict[str, Any]) -> list[Any]:
    """The rows of these ids; ValidationError names those that are not there, or not for the asker to see."""
    wanted = dict.fromkeys(given[field])
    known = rows.in_bulk(wanted)
    missing = [str(pk) for pk in wanted if pk not in known]
    if missing:
        raise ValidationError(
            {field: [gettext("There is none with this id: {ids}.").format(ids=", ".join(missing[:20]))]}
        )
    return [known[pk] for pk in wanted]


def _answer(request: Request, pk: int, **more: Any) -> Response:
    """A filing that the asker may see, in a fixed number of queries, with its ETag."""
    items = FilingItem.objects.select_related("station").prefetch_related("changes__decided_by")
    filing = found(
        Filing.objects.visible_to(request.user)
        .select_related("union", "created_by")
        .prefetch_related(
            Prefetch("items", items), Prefetch("steps", FilingStep.objects.select_related("by"))
        ),
        pk=pk,
    )
    context = {"user": request.user, "sees_contact": filing.allows(request.user, Ability.SEE_CONTACT)}
    data = FilingSerializer(filing, context=context).data
    return answered(request, data, version=filing.version, **more)
