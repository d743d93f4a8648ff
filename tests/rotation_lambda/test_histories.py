"""Random histories: schedules, steps, duplicates, revocations, sweeps and operators, with faults at any call."""

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from rotation_lambda.contracts import Stage
from rotation_lambda.errors import RotationError
from rotation_lambda.event import Step
from tests.rotation_lambda.simulation.faults import Crash, Fault
from tests.rotation_lambda.simulation.setting import CASES
from tests.rotation_lambda.simulation.settle import settle
from tests.rotation_lambda.simulation.world import World

SCRIPTS = st.dictionaries(st.integers(0, 14), st.sampled_from(Fault), max_size=2)
"""What goes wrong at which of the next calls. A read takes a fault of a change as no fault."""
_ANY_NUMBER = 1_000_000


class Histories(RuleBasedStateMachine):
    """What may happen to a secret, in any order. The case is a subclass's."""

    case = "B"
    tokens: Bundle[str] = Bundle("tokens")

    @initialize()
    def begin(self) -> None:
        self.world = World(CASES[self.case])
        self.world.excuses = _ANY_NUMBER  # the mints are counted in the tests of schedules

    @rule(target=tokens, script=SCRIPTS)
    def secrets_manager_rotates(self, script: Mapping[int, Fault]) -> str:
        self.world.fail(script)
        token = self.world.begin()
        self.world.rotate()
        return token

    @rule(target=tokens, script=SCRIPTS, last=st.sampled_from(Step))
    def a_rotation_stops_half_way(self, script: Mapping[int, Fault], last: Step) -> str:
        self.world.fail(script)
        token = self.world.begin()
        for step in Step:
            self.deliver(step, token)
            if step is last:
                break
        return token

    @rule(token=tokens, step=st.sampled_from(Step), script=SCRIPTS)
    def a_step_comes_again(self, token: str, step: Step, script: Mapping[int, Fault]) -> None:
        self.world.fail(script)
        self.deliver(step, token)

    @rule(minutes=st.sampled_from([1, 20, 45, 23 * 60, 25 * 60, 30 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.time.pass_by(timedelta(minutes=minutes))

    @rule(script=SCRIPTS)
    def the_scheduler_fires(self, script: Mapping[int, Fault]) -> None:
        self.world.fail(script)
        self.world.fire_jobs()

    @rule(token=tokens, script=SCRIPTS)
    def a_job_comes_again(self, token: str, script: Mapping[int, Fault]) -> None:
        self.world.fail(script)
        try:
            self.world.revoke(token)
        except (Crash, RotationError):
            return

    @rule(script=SCRIPTS)
    def the_sweep_comes(self, script: Mapping[int, Fault]) -> None:
        self.world.fail(script)
        try:
            self.world.sweep()
        except (Crash, RotationError):
            return

    @rule()
    def an_operator_cancels(self) -> None:
        self.world.secret.end_rotation()

    @precondition(lambda self: not self.world.case.traits.most_live)  # a person's keys would fill the account
    @rule()
    def a_person_writes(self) -> None:
        self.world.write(self.world.issuer.add(f"by-hand-{self.world.new_version()}"))

    @precondition(
        lambda self: self.world.secret.state.value_at(Stage.PREVIOUS) and self.world.watch.works(Stage.PREVIOUS)
    )
    @rule()
    def an_operator_goes_back(self) -> None:
        state = self.world.secret.state
        self.world.secret.move(Stage.CURRENT, state.version_at(Stage.PREVIOUS), state.version_at(Stage.CURRENT))
        self.world.watch.look()

    @rule()
    def a_person_deletes_the_pending_key_at_the_issuer(self) -> None:
        state = self.world.secret.state
        version, pending = state.version_at(Stage.PENDING), state.value_at(Stage.PENDING)
        if pending is not None and state.labels[version or ""] == {Stage.PENDING}:
            self.world.issuer.desk.keys.pop(pending.api_key_id or "", None)

    @invariant()
    def nothing_is_broken(self) -> None:
        assert not self.world.watch.broken

    def teardown(self) -> None:
        self.world.finished = False
        assert not settle(self.world), "once it is quiet, a rotation without faults finishes and the keys agree"

    def deliver(self, step: Step, token: str) -> None:
        try:
            self.world.step(step, token)
        except (Crash, RotationError):
            return


class HistoriesOfTwoSlots(Histories):
    case = "B, two slots"


class HistoriesOfChosenValues(Histories):
    case = "A"


_SETTINGS = settings(
    max_examples=100,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestHistories = Histories.TestCase
TestHistories.settings = _SETTINGS
TestHistoriesOfTwoSlots = HistoriesOfTwoSlots.TestCase
TestHistoriesOfTwoSlots.settings = _SETTINGS
TestHistoriesOfChosenValues = HistoriesOfChosenValues.TestCase
TestHistoriesOfChosenValues.settings = _SETTINGS
