"""Users and organizations: sign up, change, delete; passwords, invitations, the first admin."""

from claimstack.accounts.bootstrap import AdminSecrets, check_given, make_first_admin, reset_admin
from claimstack.accounts.invitations import send_invitation
from claimstack.accounts.mail import Letter, Mail, mail_by
from claimstack.accounts.organization_service import OrganizationAccess, OrganizationRegistry
from claimstack.accounts.passwords import change_password, send_temporary_password
from claimstack.accounts.policy import AccountPolicy, check_password
from claimstack.accounts.search import search_accounts, search_organizations, search_users
from claimstack.accounts.search_service import AccountSearch
from claimstack.accounts.service import Is, UserAccess, UserInvitationRegistry, UserRegistry
from claimstack.accounts.users import Draft, create_user

__all__ = [
    "AccountPolicy",
    "AccountSearch",
    "AdminSecrets",
    "Draft",
    "Is",
    "Letter",
    "Mail",
    "OrganizationAccess",
    "OrganizationRegistry",
    "UserAccess",
    "UserInvitationRegistry",
    "UserRegistry",
    "change_password",
    "check_given",
    "check_password",
    "create_user",
    "mail_by",
    "make_first_admin",
    "reset_admin",
    "search_accounts",
    "search_organizations",
    "search_users",
    "send_invitation",
    "send_temporary_password",
]
