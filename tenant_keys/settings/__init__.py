"""The settings of an environment: what a stack file may say, and the only place that reads it."""

from tenant_keys.settings.issuer_words import Adapter
from tenant_keys.settings.models import (
    Environment,
    IssuerSettings,
    KeySettings,
    LogArchiveSettings,
    Settings,
    TenantSettings,
)
from tenant_keys.settings.problems import Problem, SettingsError
from tenant_keys.settings.sources import parse, settings_of_file, settings_of_program
from tenant_keys.settings.words import Rotate, Store, role_account

__all__ = [
    "Adapter",
    "Environment",
    "IssuerSettings",
    "KeySettings",
    "LogArchiveSettings",
    "Problem",
    "Rotate",
    "Settings",
    "SettingsError",
    "Store",
    "TenantSettings",
    "parse",
    "role_account",
    "settings_of_file",
    "settings_of_program",
]
