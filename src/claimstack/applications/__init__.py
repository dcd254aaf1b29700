"""Applications: what end devices belong to, who may do what with them, and the DevEUIs issued to them."""

from claimstack.applications.moments import micros, put
from claimstack.applications.register import check_addresses, check_living
from claimstack.applications.service import ApplicationAccess, ApplicationRegistry, ApplicationSearch

__all__ = [
    "ApplicationAccess",
    "ApplicationRegistry",
    "ApplicationSearch",
    "check_addresses",
    "check_living",
    "micros",
    "put",
]
