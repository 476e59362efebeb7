"""The registry: stations as points, what stands in them, when they are open, who looks after them and what they are held to."""

from stations.registry.choices import Condition, HostKind, Service, StationKind, StationStatus
from stations.registry.models.care import CareDrive, CareStation
from stations.registry.models.facilities import Facility, FacilityType
from stations.registry.models.nameplates import Nameplate, NameplateCounter
from stations.registry.models.people import StationContact, StationManager
from stations.registry.models.photos import Photo
from stations.registry.models.standards import Acceptance, Have, Pledge
from stations.registry.models.station import OnPlane, OpenSlotsField, Station, StationQuerySet
from stations.registry.models.times import DatedHours, TemporaryClosure

__all__ = [
    "Acceptance",
    "CareDrive",
    "CareStation",
    "Condition",
    "DatedHours",
    "Facility",
    "FacilityType",
    "Have",
    "HostKind",
    "Nameplate",
    "NameplateCounter",
    "OnPlane",
    "OpenSlotsField",
    "Photo",
    "Pledge",
    "Service",
    "Station",
    "StationContact",
    "StationKind",
    "StationManager",
    "StationQuerySet",
    "StationStatus",
    "TemporaryClosure",
]
