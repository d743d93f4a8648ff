"""The Pulumi program: settings in, components out. Wiring only."""

import pulumi

from components.audit_trail import AuditTrail, AuditTrailArgs
from components.environment import Environment, EnvironmentArgs
from components.key_intake import KeyIntake, KeyIntakeArgs
from components.owner_notices import OwnerNotices, OwnerNoticesArgs
from components.rotation_function import RotationFunction, RotationFunctionArgs
from components.tenant import Shared, Tenant, TenantArgs
from tenant_keys.account_guard import WrongAccountError, refuse_wrong_account
from tenant_keys.light_registration import lighten_registrations, start_registrations
from tenant_keys.settings import SettingsError, settings_of_program

lighten_registrations()

try:
    settings = settings_of_program()
    refuse_wrong_account(settings)
except (SettingsError, WrongAccountError) as error:
    raise pulumi.RunError(str(error)) from None

environment = Environment(settings.environment, EnvironmentArgs(settings=settings))
# Protection reaches everything: without its policies and its reader a tenant is as lost as without its secret.
inside = pulumi.ResourceOptions(provider=environment.provider, protect=settings.protect)

audit_trail = AuditTrail("audit", AuditTrailArgs(settings=settings, log_provider=environment.log_provider), inside)
key_intake = KeyIntake("intake", KeyIntakeArgs(settings=settings), inside)
notices = OwnerNotices("notices", OwnerNoticesArgs(settings=settings), inside)
rotators = {
    issuer: RotationFunction(issuer, RotationFunctionArgs(issuer=issuer, settings=settings), inside)
    for issuer in sorted(settings.issuers)
}
rotator_arns = {issuer: rotator.arn for issuer, rotator in rotators.items()}
shared = Shared(rotators=rotator_arns, owner_topic=notices.topic_arn, alarms=audit_trail.alarms)
tenants = {
    tenant: Tenant(tenant, TenantArgs(tenant=tenant, settings=settings, shared=shared), inside)
    for tenant in sorted(settings.tenants)
}

pulumi.export("tenants", {tenant: component.exports() for tenant, component in tenants.items()})
pulumi.export("rotators", {issuer: component.exports() for issuer, component in rotators.items()})
pulumi.export("ownerTopicArn", notices.topic_arn)
pulumi.export("writerRoleArn", key_intake.arn)
pulumi.export("auditTrail", audit_trail.exports())

pulumi.run(start_registrations)
