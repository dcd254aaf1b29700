"""Applications: what end devices belong to, who may do what with them, and the DevEUIs issued to them."""

from claimstack.applications.register import check_addresses, check_living
from claimstack.applications.service import ApplicationAccess, ApplicationRegistry, ApplicationSearch
from claimstack.moments import micros, put

__all__ = [
    "ApplicationAccess",
    "ApplicationRegistry",
    "ApplicationSearch",
    "check_addresses",
    "check_living",
    "micros",
    "put",
]
