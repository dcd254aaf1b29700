"""What every page of the Console stands on: session, guard, texts, templates, forms, lists, errors."""

from claimstack.console.ground.form import Form
from claimstack.console.ground.listing import Listing, listing
from claimstack.console.ground.problems import problems_of
from claimstack.console.ground.rendering import go, page, with_camera
from claimstack.console.ground.visit import Instead, Visit

__all__ = ["Form", "Instead", "Listing", "Visit", "go", "listing", "page", "problems_of", "with_camera"]
