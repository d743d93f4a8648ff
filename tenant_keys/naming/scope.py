"""What all names of an environment share: the app, the account and the region."""

from dataclasses import dataclass

from tenant_keys.naming.ids import SEPARATOR, partition


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One app in one account and region."""

    app: str
    account: str
    region: str

    def account_root_arn(self) -> str:
        """The principal that stands for the account: allowing it leaves the decision to conditions and to IAM."""
        return self._role_arn("", kind="root")

    def every_role_arn_pattern(self) -> str:
        """An ARN pattern for the roles that this program makes: what the deployer may administer."""
        return self._role_arn(f"{self.app}{SEPARATOR}*")

    def every_kms_key_arn_pattern(self) -> str:
        """An ARN pattern for the KMS keys of this account and region; who may use one is said by its key policy."""
        return self.arn("kms", "key/*")

    def every_kms_alias_arn_pattern(self) -> str:
        """An ARN pattern for the KMS aliases of this app."""
        return self.arn("kms", f"{self.kms_alias_prefix()}*")

    def kms_alias_prefix(self) -> str:
        """What the aliases of this app begin with, and no other app's do."""
        return f"alias/saas/{self.app}/"

    def every_resource_of_the_app(self, service: str, kind: str = "") -> str:
        """An ARN pattern for what this app has of a service whose names begin with the app's: `{app}--…`.

        Args:
            service: The service's part of the ARN, such as `sqs`.
            kind: What stands before the name there, such as `function:`.
        """
        return self.arn(service, f"{kind}{self.app}{SEPARATOR}*")

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and region."""
        return f"arn:{partition(self.region)}:{service}:{self.region}:{self.account}:{resource}"

    def _session_arn(self, role: str, session: str) -> str:
        return f"arn:{partition(self.region)}:sts::{self.account}:assumed-role/{role}/{session}"

    def _role_arn(self, name: str, kind: str = "role/") -> str:
        return f"arn:{partition(self.region)}:iam::{self.account}:{kind}{name}"
