"""One rotation of one secret, as a step finds it."""

from dataclasses import dataclass

from rotation_lambda.contracts import SecretDescription, Stage, Traits
from rotation_lambda.errors import NoValueError
from rotation_lambda.protocol.parties import Parties
from rotation_lambda.tenancy import Tenancy
from rotation_lambda.value import ApiKeyValue


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """The rotation of `secret` to `version`, after the gate.

    Attributes:
        parties: Who takes part.
        secret: The secret's labels and tags at the beginning of the step.
        tenancy: Whose secret it is.
        version: The rotation's token, which is the id of the version that it makes.
    """

    parties: Parties
    secret: SecretDescription
    tenancy: Tenancy
    version: str

    @property
    def traits(self) -> Traits:
        """What the issuer is like."""
        return self.parties.issuer.traits

    def pending(self) -> ApiKeyValue:
        """The new value, which is one of this secret's.

        Raises:
            NoValueError: There is none yet.
            WrongSecretError: It was made for another place.
        """
        return self._read(self.version, Stage.PENDING)

    def stored(self) -> ApiKeyValue | None:
        """The new value; None if there is none yet."""
        try:
            return self.pending()
        except NoValueError:
            return None

    def current(self) -> ApiKeyValue | None:
        """The value that is in use; None for a secret that has none yet.

        Raises:
            WrongSecretError: It was made for another place.
        """
        version = self.secret.version_at(Stage.CURRENT)
        return None if version is None else self._read(version, Stage.CURRENT)

    def _read(self, version: str, stage: Stage) -> ApiKeyValue:
        value = self.parties.store.read(self.secret.arn, version, stage)
        self.tenancy.check(value, version)
        return value
