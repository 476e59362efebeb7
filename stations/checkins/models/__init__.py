"""Chapter 4, 1: codes that are scanned, visits and what is counted of them, and what workers and managers say beside."""

from stations.checkins.models.codes import StationCode
from stations.checkins.models.looks import InflationLook
from stations.checkins.models.upkeep import Purge, UpkeepStep
from stations.checkins.models.usage import BusyHour, BusyQuarter, Tally, Usage, WeekUse
from stations.checkins.models.visits import Allowance, CheckIn, MonthKey
from stations.checkins.models.words import Opinion, WorkerReport

__all__ = [
    "Allowance",
    "BusyHour",
    "BusyQuarter",
    "CheckIn",
    "InflationLook",
    "MonthKey",
    "Opinion",
    "Purge",
    "StationCode",
    "Tally",
    "UpkeepStep",
    "Usage",
    "WeekUse",
    "WorkerReport",
]
