"""The pages of applications."""

from claimstack.console.applications.open import Opened, open_application
from claimstack.console.applications.routes import APPLICATION_PAGES

__all__ = ["APPLICATION_PAGES", "Opened", "open_application"]
