"""The rules of accounts, all pure: who may sign up, what a password must be like, how long things last."""

from dataclasses import dataclass
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.wrappers_pb2 import BoolValue, UInt32Value

from claimstack.errors import ClaimstackError, Invalid, PermissionDenied
from claimstack.vault import Secret
from claimstack.wire import v3

MICROSECOND = timedelta(microseconds=1)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1000
# Length decides (NIST SP 800-63B, 5.1.1.2): no composition rules, but nothing that is tried first.
COMMONEST = frozenset(
    (
        "12345678", "123456789", "1234567890", "password", "password1", "password123", "passw0rd", "qwertyui",
        "qwertyuiop", "qwerty123", "1q2w3e4r", "iloveyou", "sunshine", "princess", "football", "baseball", "superman",
        "starwars", "trustno1", "letmein1", "welcome1", "admin123", "administrator", "changeme", "thethingsnetwork",
        "lorawan1", "claimstack",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """How this cluster treats accounts. `registration`: open, invitation, approval or closed."""

    registration: str = "invitation"
    restore_within: timedelta = timedelta(hours=24)
    invitation_life: timedelta = timedelta(days=7)
    temporary_password_life: timedelta = timedelta(hours=36)
    public_url: str = ""

    def state_of_new_user(self, *, by_admin: bool, invited: bool) -> v3.State:
        """The state that a sign-up begins in. Raises when nobody, or only the invited, may sign up."""
        if by_admin:
            return v3.STATE_APPROVED
        if self.registration == "closed":
            raise PermissionDenied("pkg/identityserver", "user_registration_disabled", "users are created by admins")
        if self.registration == "invitation" and not invited:
            raise Invalid("pkg/identityserver", "invitation_token_required", "an invitation is needed to sign up")
        return v3.STATE_REQUESTED if self.registration == "approval" else v3.STATE_APPROVED

    def restorable_since(self, now: int) -> int:
        """What was deleted before that moment does not come back."""
        return now - self.restore_within // MICROSECOND

    def invitation_link(self, token: Secret) -> str:
        """The link of an invitation; the token stands after `#`, which browsers never send to a server."""
        return f"{self.public_url}/oauth/register#invitation={token.reveal().decode()}"

    def login_link(self, token: Secret) -> str:
        """The link of a one-time login."""
        return f"{self.public_url}/oauth/login#token={token.reveal().decode()}"

    def configuration(self) -> v3.IsConfiguration:
        """What clients may know before login."""
        registration = v3.IsConfiguration.UserRegistration(
            enabled=self.registration != "closed",
            password_requirements=v3.IsConfiguration.UserRegistration.PasswordRequirements(
                min_length=UInt32Value(value=SHORTEST_PASSWORD),
                max_length=UInt32Value(value=LONGEST_PASSWORD),
                min_uppercase=UInt32Value(value=0),
                min_digits=UInt32Value(value=0),
                min_special=UInt32Value(value=0),
            ),
        )
        registration.invitation.required.CopyFrom(BoolValue(value=self.registration == "invitation"))
        registration.invitation.token_ttl.CopyFrom(Duration(seconds=self.invitation_life // timedelta(seconds=1)))
        registration.admin_approval.required.CopyFrom(BoolValue(value=self.registration == "approval"))
        registration.contact_info_validation.required.CopyFrom(BoolValue(value=False))
        return v3.IsConfiguration(
            user_registration=registration,
            user_rights=v3.IsConfiguration.UserRights(
                create_applications=BoolValue(value=True),
                create_clients=BoolValue(value=False),
                create_gateways=BoolValue(value=False),
                create_organizations=BoolValue(value=True),
            ),
            profile_picture=v3.IsConfiguration.ProfilePicture(
                disable_upload=BoolValue(value=False), use_gravatar=BoolValue(value=False)
            ),
            end_device_picture=v3.IsConfiguration.EndDevicePicture(disable_upload=BoolValue(value=False)),
            user_login=v3.IsConfiguration.UserLogin(disable_credentials_login=BoolValue(value=False)),
            admin_rights=v3.IsConfiguration.AdminRights(all=BoolValue(value=False)),
            collaborator_rights=v3.IsConfiguration.CollaboratorRights(set_others_as_contacts=BoolValue(value=True)),
        )


def check_password(password: str, *names: str) -> None:
    """`password_strength` (InvalidArgument) for a password that is too short, too long, or tried first by everybody."""
    if len(password) < SHORTEST_PASSWORD:
        raise _weak(f"expected {SHORTEST_PASSWORD} characters or more")
    if len(password) > LONGEST_PASSWORD:
        raise _weak(f"expected {LONGEST_PASSWORD} characters or fewer")
    if password.lower() in COMMONEST or len(set(password)) < 3:
        raise _weak("this one is among the first that are tried")
    if password.lower() in {name.lower() for name in names if name}:
        raise _weak("expected something other than your id or mail address")


def _weak(reason: str) -> ClaimstackError:
    return Invalid("pkg/identityserver", "password_strength", "password: {reason}", reason=reason)
