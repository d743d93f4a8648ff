"""The names of what each tenant has, and of the identities that reach all tenants."""

from tenant_keys.naming.ids import ARN_SUFFIX_PATTERN, logical_name, reader_session_name
from tenant_keys.naming.scope import Scope


class TenantNames(Scope):
    """Secrets, KMS keys and readers of tenants; the writer."""

    def secret(self, tenant: str, key: str) -> str:
        """The name of the secret that holds one API key of one tenant."""
        return f"{self.secret_prefix()}{tenant}/{key}"

    def secret_prefix(self) -> str:
        """What the names of all tenants' secrets begin with, and nothing else of this app or another does."""
        return f"/saas/{self.app}/tenant-"

    def every_secret_prefix(self) -> str:
        """What the names of all secrets of this app begin with, those with the admin credentials among them."""
        return f"/saas/{self.app}/"

    def secret_arn_prefix(self) -> str:
        """What the ARNs of all tenants' secrets begin with."""
        return self.arn("secretsmanager", f"secret:{self.secret_prefix()}")

    def secret_prefixes(self, name_prefix: str) -> list[str]:
        """What a request begins with that names such a secret: by its ARN, or by its name."""
        return [self.arn("secretsmanager", f"secret:{name_prefix}"), name_prefix]

    def reader_session_arn(self, tenant: str) -> str:
        """The ARN that a record shows of whoever reads a tenant's keys: the reader in its one session."""
        return self._session_arn(self.reader_role(tenant), reader_session_name(tenant))

    def every_reader_session_arn_pattern(self) -> str:
        """A pattern for the sessions of all tenants' readers."""
        return self._session_arn(self.reader_role("*"), "*")

    def secret_arn_pattern(self, tenant: str, key: str) -> str:
        """An ARN pattern that matches this secret, whatever its suffix, and no other."""
        return self.arn("secretsmanager", f"secret:{self.secret(tenant, key)}{ARN_SUFFIX_PATTERN}")

    def every_secret_arn_pattern(self) -> str:
        """An ARN pattern for the secrets of all tenants of this app: the writer's and the deployer's reach."""
        return f"{self.secret_arn_prefix()}*/*{ARN_SUFFIX_PATTERN}"

    def kms_alias(self, tenant: str) -> str:
        """The alias of a tenant's KMS key."""
        return f"{self.kms_alias_prefix()}tenant-{tenant}"

    def reader_role(self, tenant: str) -> str:
        """The name of the role with which the backend reads one tenant's keys."""
        return logical_name(self.app, tenant, "reader")

    def reader_role_arn(self, tenant: str) -> str:
        """The ARN of `reader_role`."""
        return self._role_arn(self.reader_role(tenant))

    def writer_role(self) -> str:
        """The name of the environment's write-only role."""
        return logical_name(self.app, "writer")

    def writer_role_arn(self) -> str:
        """The ARN of `writer_role`."""
        return self._role_arn(self.writer_role())
