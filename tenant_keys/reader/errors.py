"""What can go wrong when a backend fetches a key. No text here ever holds a value."""


class ReaderError(Exception):
    """A tenant's API key could not be fetched."""


class UnknownTenantError(ReaderError):
    """The text is no tenant id, so nothing was asked of AWS."""


class AccessDeniedError(ReaderError):
    """AWS refused: the caller may not become the tenant's reader, or the reader may not read this secret.

    AWS gives the same answer for a tenant that was never onboarded, so as not to tell which roles exist.
    """


class KeyNotFoundError(ReaderError):
    """The tenant has no secret of this name."""


class NoValueYetError(ReaderError):
    """The secret exists and nobody has put a value in."""


class StoreUnreachableError(ReaderError):
    """AWS did not answer, or answered that it can't now; the same call may succeed later."""
