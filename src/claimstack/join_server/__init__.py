"""The Join Server: JoinEUIs it answers for, and settings for joins of whole applications (TS002)."""

from claimstack.join_server.service import ApplicationActivationSettingRegistry, Js

__all__ = ["ApplicationActivationSettingRegistry", "Js"]
