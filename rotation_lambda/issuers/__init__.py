"""The issuers whose credentials rotation can renew: one adapter per file, and a registry of them all."""
