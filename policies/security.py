"""The security alarms: who may tell the security contacts something, who may listen, and where reads are counted.

EventBridge shows a topic and its key neither the rule nor the account that it acts for ("Using resource-based policies
for Amazon EventBridge" in its User Guide), so their policies can't ask for them; a log group and a queue are shown the
rule, and CloudWatch shows the alarm.
"""

from policies.documents import Conditions, Document, allow, deny, document, only_over_tls, service
from policies.functions import READING_LETTERS, SENDING_LETTERS
from policies.kms_key import ENCRYPTION, administered_by
from policies.notices import CHANGING, PUBLISHING

EVENTS = "events.amazonaws.com"
CLOUDWATCH = "cloudwatch.amazonaws.com"
LOG_DELIVERY = "delivery.logs.amazonaws.com"


def security_topic_policy(*, topic: str, deployer: str, account_id: str, alarms: str) -> Document:
    """The policy of the security topic.

    Args:
        topic: ARN of the topic.
        deployer: ARN of the role that subscribes the contacts.
        account_id: The account of the alarms.
        alarms: ARN pattern of the CloudWatch alarms that may publish.
    """
    return document(
        allow("RulesPublish", PUBLISHING, topic, principal=service(EVENTS)),
        allow("AlarmsPublish", PUBLISHING, topic, principal=service(CLOUDWATCH), when=_of(account_id, alarms)),
        only_over_tls(PUBLISHING, topic),
        deny("OnlyDeployerSubscribes", CHANGING, topic, when={"StringNotEquals": {"aws:PrincipalArn": deployer}}),
    )


def security_key_policy(*, account_root: str, deployer: str, account_id: str, alarms: str) -> Document:
    """The policy of the key that encrypts what lies in the security topic.

    AWS's own key for SNS admits no service, so with it no alarm would arrive. Nobody of the account may use this key:
    a message in the topic comes from a rule or from an alarm.

    Args:
        account_root: ARN of the account's root.
        deployer: ARN of the role that administers the key.
        account_id: The account of the alarms.
        alarms: ARN pattern of the CloudWatch alarms that may publish.
    """
    return document(
        *administered_by(deployer, account_root),
        allow("RulesEncrypt", ENCRYPTION, "*", principal=service(EVENTS)),
        allow("AlarmsEncrypt", ENCRYPTION, "*", principal=service(CLOUDWATCH), when=_of(account_id, alarms)),
    )


def lost_alarms_policy(*, queue: str, account_id: str, rules: str) -> Document:
    """The policy of the queue for alarms that reached no topic.

    Args:
        queue: ARN of the queue.
        account_id: The account of the rules.
        rules: ARN pattern of the rules that may send.
    """
    return document(
        allow("RulesSend", SENDING_LETTERS, queue, principal=service(EVENTS), when=_of(account_id, rules)),
        only_over_tls((*READING_LETTERS, *SENDING_LETTERS), queue),
    )


def read_logs_policy(*, log_streams: str, rule: str) -> Document:
    """The resource policy of CloudWatch Logs that lets one rule write to one log group.

    Args:
        log_streams: ARN pattern of the streams of the log group.
        rule: ARN of the rule.
    """
    from_rule = {"ArnEquals": {"aws:SourceArn": rule}}
    writers = (("Rule", service(EVENTS)), ("Delivery", service(LOG_DELIVERY)))
    return document(
        # A stream is made before its first event, and for no rule in particular.
        *(allow(f"{who}MakesStreams", ("logs:CreateLogStream",), log_streams, principal=it) for who, it in writers),
        *(
            allow(f"{who}Writes", ("logs:PutLogEvents",), log_streams, principal=it, when=from_rule)
            for who, it in writers
        ),
    )


def _of(account_id: str, source: str) -> Conditions:
    return {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": source}}
