"""Log groups that are targets of rules: a group takes an event where a resource policy of the account lets it."""

import uuid

from moto.backends import get_backend

from sandbox.gate import moto_targets
from sandbox.gate.moto_targets import Target
from sandbox.gate.operations import Context
from sandbox.rotation.access import service_may
from sandbox.rotation.world import World

WRITERS = ("delivery.logs.amazonaws.com", "events.amazonaws.com")
"""Both, as "Using resource-based policies for Amazon EventBridge" has it."""
STREAMING, WRITING = "logs:CreateLogStream", "logs:PutLogEvents"


class LogGroups:
    """Writes events of rules to log groups, each into a stream of its own."""

    def __init__(self, world: World) -> None:
        self._state, self._clock = world.state, world.clock

    def write_for_rule(self, group: str, body: str, context: Context) -> bool:
        """Write where the policies let EventBridge; tell whether they did."""
        _, _, _, region, account, _, name = group.split(":", 6)
        name = name.removesuffix(":*")
        stream = str(uuid.uuid4())
        arn = f"arn:aws:logs:{region}:{account}:log-group:{name}:log-stream:{stream}"
        with self._state.lock:
            policies = moto_targets.log_policies(self._state, account, region, name)
            targets = [Target(arn=arn, account=account, policy=policy, tags={}) for policy in policies]
            # A stream is made without a word of the rule, so a policy can ask for the rule where it is written only.
            seen: dict[str, Context] = {STREAMING: {}, WRITING: context}
            needed = [(writer, action) for writer in WRITERS for action in seen]
            if not all(any(service_may(who, what, target, seen[what]) for target in targets) for who, what in needed):
                return False
            logs = get_backend("logs")[account][region]
            logs.create_log_stream(name, stream)
            moment = int(self._clock.now().timestamp() * 1000)
            logs.put_log_events(name, stream, [{"timestamp": moment, "message": body}])
        return True
