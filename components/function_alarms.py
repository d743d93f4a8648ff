"""`FunctionAlarms`: a function that fails, waits or hangs does not go unnoticed."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.metric_alarm import MINUTES, Alarm, metric_alarm
from tenant_keys import naming

# Of the time that a function may run, in percent: what takes this long today is cut off tomorrow.
LONG_RUN = 80


@dataclass(frozen=True, kw_only=True)
class FunctionAlarmsArgs:
    """What is watched.

    Attributes:
        function: The name of the function.
        timeout_seconds: How long it may run.
        names: The names of the environment.
        topics: ARNs of the SNS topics that are told.
    """

    function: str
    timeout_seconds: int
    names: naming.Names
    topics: Sequence[str]


class FunctionAlarms(pulumi.ComponentResource):
    """Alarms on a function's errors, throttles and duration, and on events that it failed with for good."""

    def __init__(self, name: str, args: FunctionAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:FunctionAlarms", name, None, opts)
        of_function = {"FunctionName": args.function}
        of_queue = {"QueueName": args.names.dead_letters(args.function)}
        alarms = [(alarm, of_function) for alarm in _on_function(args.timeout_seconds)] + [(_DEAD_LETTERS, of_queue)]
        for alarm, dimensions in alarms:
            metric_alarm(
                naming.logical_name(name, alarm.about),
                name=args.names.alarm(args.function, alarm.about),
                alarm=alarm,
                dimensions=dimensions,
                topics=sorted(args.topics),
                parent=self,
            )
        self.register_outputs({})


def alarm_names(names: naming.Names, function: str) -> list[str]:
    """The names of the alarms on a function."""
    return [names.alarm(function, alarm.about) for alarm in (*_on_function(0), _DEAD_LETTERS)]


_DEAD_LETTERS = Alarm(
    about="dead-letters",
    means="Events that the function failed with for good lie in its queue. Mend the cause, then send them again.",
    namespace="AWS/SQS",
    metric="ApproximateNumberOfMessagesVisible",
    statistic="Maximum",
    period_seconds=5 * MINUTES,
)


def _on_function(timeout_seconds: int) -> tuple[Alarm, ...]:
    long_run = timeout_seconds * 1000 * LONG_RUN // 100
    return (
        _alarm("errors", "Errors", "Sum", 1, "The function failed; its log says at which step."),
        _alarm("throttles", "Throttles", "Sum", 1, "Lambda refused to run the function: raise its concurrency."),
        _alarm("duration", "Duration", "Maximum", long_run, f"A run took {LONG_RUN} % of {timeout_seconds} s."),
    )


def _alarm(about: str, metric: str, statistic: str, threshold: int, means: str) -> Alarm:
    return Alarm(
        about=about,
        means=means,
        namespace="AWS/Lambda",
        metric=metric,
        statistic=statistic,
        threshold=threshold,
        period_seconds=5 * MINUTES,
    )
