"""`RotationFunction`: what renews the keys of one issuer, by itself."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.issuer_admin_credential import IssuerAdminCredential, IssuerAdminCredentialArgs
from components.recurring_call import RecurringCall, RecurringCallArgs
from components.sweep_alarms import SweepAlarms, SweepAlarmsArgs
from components.watched_function import WatchedFunction, WatchedFunctionArgs, settings_variable
from policies.documents import Document
from policies.rotator import rotator_policy
from tenant_keys.settings import Adapter, Settings

# The longest that Lambda runs anything: a sweep goes through all keys of the issuer. A step of a rotation ends itself
# within 25 seconds.
TIMEOUT_SECONDS = 900
SWEEPS = "rate(1 hour)"


@dataclass(frozen=True, kw_only=True)
class RotationFunctionArgs:
    """The issuer whose keys are renewed, and the settings of the environment."""

    issuer: str
    settings: Settings


class RotationFunction(pulumi.ComponentResource):
    """The function of an issuer, its admin credential, its hourly sweep, and alarms on what the sweep finds."""

    arn: pulumi.Output[str]
    admin_secret_arn: pulumi.Output[str] | None

    def __init__(self, name: str, args: RotationFunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:RotationFunction", name, None, opts)
        self._name, self._args, self._names = name, args, args.settings.names
        self._issuer = args.settings.issuers[args.issuer]
        self.admin_secret_arn = self._admin_credential()
        function = self._function()
        permission = aws.lambda_.Permission(
            name,
            statement_id="SecretsManagerRotatesTenantKeys",
            function=function.arn,
            action="lambda:InvokeFunction",
            principal="secretsmanager.amazonaws.com",
            source_account=args.settings.account,
            source_arn=self._names.every_secret_arn_pattern(),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._sweep(function)
        SweepAlarms(
            name,
            SweepAlarmsArgs(issuer=args.issuer, settings=args.settings),
            pulumi.ResourceOptions(parent=self),
        )
        # Whoever uses the ARN waits for the permission: Secrets Manager tries a function when it is given one.
        self.arn = permission.function
        self.register_outputs(self.exports())

    def exports(self) -> dict[str, object]:
        """Where an operator finds the function, and where the admin credential goes."""
        return {"functionArn": self.arn, "adminSecretArn": self.admin_secret_arn}

    def _admin_credential(self) -> pulumi.Output[str] | None:
        if self._issuer.adapter is Adapter.MANUAL:
            return None
        return IssuerAdminCredential(
            self._name,
            IssuerAdminCredentialArgs(issuer=self._args.issuer, settings=self._args.settings),
            pulumi.ResourceOptions(parent=self),
        ).arn

    def _function(self) -> WatchedFunction:
        issuer, settings, names = self._args.issuer, self._args.settings, self._names
        return WatchedFunction(
            self._name,
            WatchedFunctionArgs(
                function=names.rotator_function(issuer),
                role_arn=names.rotator_role_arn(issuer),
                description=f"Renews the API keys of issuer {issuer}",
                handler="rotation_lambda.handler.handle",
                policy=self._policy(),
                variables={
                    "ROTATION_SETTINGS": settings_variable(
                        {
                            "app": settings.app,
                            "environment": settings.environment.value,
                            "issuer": issuer,
                            "adapter": self._issuer.adapter.value,
                            "baseUrl": self._issuer.base_url,
                            "options": self._issuer.options,
                            "adminSecret": self.admin_secret_arn,
                            "secretPrefix": names.secret_prefix(),
                            "scheduleGroup": names.schedule_group(issuer),
                            "scheduleRole": names.scheduler_role_arn(issuer),
                        }
                    )
                },
                timeout_seconds=TIMEOUT_SECONDS,
                concurrency=self._issuer.concurrency,
                settings=settings,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _policy(self) -> Document:
        issuer, names = self._args.issuer, self._names
        function = names.rotator_function(issuer)
        has_api = self._issuer.adapter is not Adapter.MANUAL
        return rotator_policy(
            function=names.rotator_function_arn(issuer),
            secrets=names.every_secret_arn_pattern(),
            admin_secret=names.issuer_admin_secret_arn_pattern(issuer) if has_api else None,
            kms_keys=names.every_kms_key_arn_pattern(),
            region=self._args.settings.region,
            schedules=names.schedules_arn_pattern(names.schedule_group(issuer)),
            scheduler_role=names.scheduler_role_arn(issuer),
            log_streams=names.log_streams_arn_pattern(function),
            dead_letters=names.dead_letters_arn(function),
        )

    def _sweep(self, function: WatchedFunction) -> None:
        issuer, names = self._args.issuer, self._names
        RecurringCall(
            self._name,
            RecurringCallArgs(
                schedule="sweep",
                group=names.schedule_group(issuer),
                role_name=names.scheduler_role(issuer),
                function_arn=names.rotator_function_arn(issuer),
                function=function.arn,
                expression=SWEEPS,
                event={"sweep": {}},
                settings=self._args.settings,
            ),
            pulumi.ResourceOptions(parent=self),
        )
