"""The operator's command line, `tenant-keys`."""

from tenant_keys.cli.app import main

__all__ = ["main"]
