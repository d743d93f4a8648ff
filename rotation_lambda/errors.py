"""Everything that a rotation can fail with. Texts are fixed sentences with ids in them, never a value or a reply."""


class RotationError(Exception):
    """A step of a rotation, a revocation or a sweep failed. Secrets Manager or the scheduler tries again."""


class EventRefusedError(RotationError):
    """The event is none of those that this function takes."""


class SettingsRefusedError(RotationError):
    """The function's own settings can't be used: the stack that deployed it must be corrected."""


class UnexpectedError(RotationError):
    """A mistake in this program; the log says where. The text of the first error is dropped: nobody vouches for it."""


class NoticeError(RotationError):
    """An owner could not be told. The event is delivered again."""


class WrongSecretError(RotationError):
    """The event's secret is not one that this function may rotate, or its labels and its value disagree."""


class NotPendingError(RotationError):
    """The version is no longer the pending one: a person wrote a new version, or the rotation was cancelled."""


class PersonNeededError(RotationError):
    """The rotation can't go on without a person: a manual issuer, or a state that no program may guess about."""


class PreviousLivesError(RotationError):
    """The previous key still works at an issuer that keeps no names: a rotation would lose the last trace of it."""


class StoreError(RotationError):
    """Secrets Manager refused or failed."""


class StoreBusyError(StoreError):
    """Secrets Manager did nothing (throttled, unreachable): the call may be made again."""


class StoreOutcomeUnknownError(StoreError):
    """The call's reply was lost: look before acting again."""


class VersionTakenError(StoreError):
    """The version holds another value already. Versions are immutable."""


class NoValueError(StoreError):
    """The version, or the stage, has no value."""


class LabelMovedError(StoreError):
    """A staging label was not where the caller saw it: the compare-and-swap found another version."""


class IssuerError(RotationError):
    """The issuer refused or failed."""


class NotExecutedError(IssuerError):
    """The issuer did nothing (no connection, 429, a refusal before the effect): the call may be made again.

    Attributes:
        retry_after: Seconds that the issuer asked to wait; None if it did not say.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknownError(IssuerError):
    """The issuer may have done it (timeout after sending, 5xx, a truncated reply): look before acting again."""


class NotYetValidError(IssuerError):
    """The issuer does not accept the new credential yet, and the step has no time left to wait."""


class IssuerRefusedError(IssuerError):
    """The issuer refuses the request or the admin credential, and will refuse it again."""


class PendingDeadError(IssuerRefusedError):
    """The pending value can never become current. AWSPENDING was taken off it: the next rotation starts anew."""


class CapReachedError(IssuerRefusedError):
    """The account holds as many keys as the issuer allows."""
