"""The Join Server: joins and rejoins, session keys for whom they are meant, and where devices are at home (TS002)."""

from claimstack.join_server.app_s_key import Asking, Told, app_s_key
from claimstack.join_server.home_ns import home_ns
from claimstack.join_server.joins import Joins
from claimstack.join_server.service import ApplicationActivationSettingRegistry, Js
from claimstack.join_server.wish import Home, Joined, Refused, Terms, Why, Wish

__all__ = [
    "ApplicationActivationSettingRegistry",
    "Asking",
    "Home",
    "Joined",
    "Joins",
    "Js",
    "Refused",
    "Terms",
    "Told",
    "Why",
    "Wish",
    "app_s_key",
    "home_ns",
]
