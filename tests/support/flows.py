"""The flows that secrets go through: accounts, logins, keys, devices, claims, repeats; done well and done wrong."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.support.canary import Canaries

API = "/api/v3"
JOIN_EUI, DEV_EUI = "70B3D57ED0000000", "0004A310001FF9E0"
ROOT_KEY = "C0FFEE0123456789ABCDEF00FACADE42"
CODE = "CANARYCODE7654321XYZ"


def accounts(birds: Canaries) -> None:
    """Users, passwords new and old, a temporary one, invitations, login tokens."""
    for name in ("maker", "owner"):
        password = f"canary-password-of-{name}"
        birds.secrets[f"{name}'s password"] = password.encode()
        user = {"ids": {"user_id": name}, "password": password, "primary_email_address": f"{name}@example.com"}
        _got(200, birds.send("POST", f"{API}/users", {"user": user}, birds.admin))
        _got(409, birds.send("POST", f"{API}/users", {"user": user}, birds.admin))
        _session(birds, name, password)
    changed = {"old": "canary-password-of-maker", "new": "canary-second-password"}
    birds.secrets["second password"] = b"canary-second-password"
    _got(200, birds.send("PUT", f"{API}/users/maker/password", changed))
    assert birds.send("PUT", f"{API}/users/maker/password", changed).status_code >= 400
    sent = birds.send("POST", f"{API}/invitations", {"email": "guest@example.com"}, birds.admin).json()
    birds.token("invitation", sent["token"])
    guest = {
        "ids": {"user_id": "guest"},
        "password": "canary-guest-password",
        "primary_email_address": "guest@example.com",
    }
    birds.secrets["guest's password"] = b"canary-guest-password"
    words = {"user": guest, "invitation_token": sent["token"]}
    _got(200, birds.send("POST", f"{API}/users", words))
    birds.send("POST", f"{API}/users", words)
    birds.secrets["temporary password"] = b"canary-temporary-password"
    words = {"user": {"temporary_password": "canary-temporary-password"}, "field_mask": "temporary_password"}
    _got(200, birds.send("PUT", f"{API}/users/guest", words, birds.admin))
    login = birds.send("POST", f"{API}/users/maker/login-tokens", {"skip_email": True}, birds.admin).json()
    birds.token("login token", login["token"])
    for _ in range(2):
        birds.post_form("/oauth/one-time-login", {"token": login["token"]})


def _got(status: int, answer: httpx.Response) -> None:
    assert answer.status_code == status, answer.text


def _session(birds: Canaries, name: str, password: str) -> str:
    entered = birds.post_form("/oauth/login", {"user_id": name, "password": password})
    assert entered.status_code == 303, entered.text
    birds.post_form("/oauth/login", {"user_id": name, "password": password + " wrong"})
    return birds.token(f"{name}'s session", entered.cookies["claimstack_session"])


def oauth(birds: Canaries) -> None:
    """The code flow, with every token used twice and once wrong."""
    session = _session(birds, "maker", "canary-second-password")
    cookie = f"claimstack_session={session}"
    asked = {"client_id": "cli", "redirect_uri": "code", "response_type": "code", "state": "s"}
    path = f"/oauth/authorize?{urlencode(asked)}"
    granted = birds.post_form(path, {"decision": "allow"}, cookie)
    code = parse_qs(urlsplit(granted.headers["location"]).query)["code"][0]
    birds.token("authorization code", code)
    words = {"grant_type": "authorization_code", "code": code, "client_id": "cli", "redirect_uri": "code"}
    answer = birds.post_form("/oauth/token", words).json()
    birds.token("access token", answer["access_token"])
    birds.token("refresh token", answer["refresh_token"])
    refreshing = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"], "client_id": "cli"}
    again = birds.post_form("/oauth/token", refreshing).json()
    birds.token("second access token", again["access_token"])
    birds.token("second refresh token", again["refresh_token"])
    for name in ("access_token", "refresh_token"):
        birds.send("GET", f"{API}/auth_info", token=answer[name])
    birds.post_form("/oauth/token", refreshing)
    birds.post_form("/oauth/token", words)


def keys(birds: Canaries) -> dict[str, str]:
    """API keys of all kinds, made twice with one idempotency key; the two applications."""
    made = {}
    for name, password in (("maker", "canary-second-password"), ("owner", "canary-password-of-owner")):
        session = _session(birds, name, password)
        words: dict[str, object] = {"name": "canary", "rights": ["RIGHT_ALL"]}
        made[name] = _key(birds, f"/users/{name}", session, words)
        application = {"application": {"ids": {"application_id": f"{name}-app"}}}
        _got(200, birds.send("POST", f"{API}/users/{name}/applications", application, made[name]))
    made["claiming"] = _key(birds, "/applications/maker-app", made["maker"], {"rights": ["RIGHT_APPLICATION_ALL"]})
    broken = made["maker"][:-4] + "AAAA"
    birds.token("key that is nearly right", broken)
    birds.send("GET", f"{API}/auth_info", token=broken)
    birds.send("GET", f"{API}/auth_info", token=made["maker"] + "!")
    birds.send("GET", f"{API}/auth_info?token={made['maker']}", headers={"authorization": f"Basic {made['maker']}"})
    return made


def _key(birds: Canaries, entity: str, token: str, words: dict[str, object]) -> str:
    headers = {"idempotency-key": f"canary-{entity}"}
    answers = [birds.send("POST", f"{API}{entity}/api-keys", words, token, headers=headers).json() for _ in range(2)]
    assert answers[0] == answers[1]
    return birds.token(f"key of {entity}", answers[0]["key"])


def devices(birds: Canaries, made: dict[str, str]) -> None:
    """A device with root keys and a code, its label, wrong and right claims, and what breaks on the way."""
    birds.secrets |= {"root key": bytes.fromhex(ROOT_KEY), "root key as text": ROOT_KEY.encode(), "code": CODE.encode()}
    ids = {"device_id": "sensor-1", "join_eui": JOIN_EUI, "dev_eui": DEV_EUI}
    code = {"value": CODE}
    device = {"ids": ids, "claim_authentication_code": code, "supports_join": True}
    path = f"{API}/applications/maker-app/devices"
    _got(200, birds.send("POST", path, {"end_device": device}, made["maker"]))
    birds.send("POST", path, {"end_device": device}, made["owner"])
    birds.send("POST", path, {"end_device": device}, made["maker"])
    keyed = {"ids": ids, "root_keys": {"app_key": {"key": ROOT_KEY}, "nwk_key": {"key": ROOT_KEY}}}
    words = {"end_device": keyed, "field_mask": {"paths": ["root_keys.app_key.key", "root_keys.nwk_key.key"]}}
    joining = f"{API}/js/applications/maker-app/devices/sensor-1"
    _got(200, birds.send("PUT", joining, words, made["maker"]))
    birds.send("PUT", joining, words, made["owner"])
    bad = {"end_device": {**keyed, "root_keys": {"app_key": {"key": ROOT_KEY + "00"}}}, "field_mask": "root_keys"}
    birds.send("PUT", joining, bad, made["maker"])
    birds.send("GET", f"{joining}?field_mask=root_keys", token=made["maker"])
    label = {"format_id": "tr005", "end_device": device, "image": {"image_size": 200}}
    text = birds.send("POST", f"{API}/qr-codes/end-devices", label, made["maker"]).json().get("text", "")
    birds.send("POST", f"{API}/qr-codes/end-devices/parse", {"qr_code": "eHh4" + CODE}, made["maker"])
    opened = {"api_key": made["claiming"]}
    _got(200, birds.send("POST", f"{API}/edcs/applications/maker-app/authorize", opened, made["maker"]))
    birds.send("POST", f"{API}/edcs/applications/maker-app/authorize", {"api_key": made["owner"]}, made["maker"])
    _claims(birds, made, text)


def _claims(birds: Canaries, made: dict[str, str], text: str) -> None:
    birds.secrets["wrong code"] = b"WRONGCANARY7654321"
    for code in ("WRONGCANARY7654321", "WRONGCANARY7654321 with blanks", CODE):
        source = {"join_eui": JOIN_EUI, "dev_eui": DEV_EUI, "authentication_code": code}
        words = {"authenticated_identifiers": source, "target_application_ids": {"application_id": "owner-app"}}
        headers = {"idempotency-key": f"canary-claim-{code}"}
        answers = [
            birds.send("POST", f"{API}/edcs/claim", {**words, "invalidate_authentication_code": True}, made["owner"],
                       headers=headers)
            for _ in range(2)
        ]  # fmt: skip
    assert [one.status_code for one in answers] == [200, 200], [one.text for one in answers]
    lying = {"qr_code": text[:-3], "target_application_ids": {"application_id": "owner-app"}}
    birds.send("POST", f"{API}/edcs/claim", lying, made["owner"])
    birds.send("GET", f"{API}/js/applications/owner-app/devices/sensor-1?field_mask=root_keys", token=made["owner"])
    birds.send("GET", f"{API}/js/applications/maker-app/devices/sensor-1?field_mask=root_keys", token=made["maker"])


def all_flows(birds: Canaries) -> None:
    """Everything, in the order in which people do it."""
    accounts(birds)
    oauth(birds)
    devices(birds, keys(birds))
