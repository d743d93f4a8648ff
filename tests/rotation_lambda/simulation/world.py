"""A secret, an issuer, and those who call the function: Secrets Manager, the scheduler, the sweep."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rotation_lambda.contracts import SecretDescription, Shape, Stage
from rotation_lambda.errors import RotationError, StoreBusyError, StoreOutcomeUnknownError
from rotation_lambda.event import RevokeEvent, Step, StepEvent
from rotation_lambda.key_names import key_name
from rotation_lambda.protocol.parties import Outcome, Parties
from rotation_lambda.protocol.revoking import revoke_previous
from rotation_lambda.protocol.steps import run_step
from rotation_lambda.protocol.sweeping import Swept, sweep_secret
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda.simulation.clock import SimulatedTime
from tests.rotation_lambda.simulation.faults import Crash, Fault, Wire
from tests.rotation_lambda.simulation.invariants import Watch
from tests.rotation_lambda.simulation.issuers import SimulatedIssuer
from tests.rotation_lambda.simulation.secrets_manager import SimulatedStore, StrictSecret
from tests.rotation_lambda.simulation.setting import ARN, FOREIGN, FUNCTION, TAGS, Case, version

ATTEMPTS = 6  # Secrets Manager tries "multiple times" (API reference, DescribeSecret)
BETWEEN_ATTEMPTS = timedelta(seconds=40)


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """What is put to the test: the product's own functions, or wrong ones that the tests must refute."""

    step: Callable[[StepEvent, Parties], Outcome] = run_step
    sweep: Callable[[SecretDescription, Parties], Swept] = sweep_secret


@dataclass
class SimulatedJobs:
    """The contract's RevocationJobs over the wire: the armed jobs and when they are due."""

    wire: Wire
    armed: dict[str, datetime] = field(default_factory=dict)

    def arm(self, arn: str, version: str, due: datetime) -> None:
        assert arn == ARN, "a job for another secret"
        self.wire.change(
            "arm",
            lambda: self.armed.setdefault(version, due),
            refused=StoreBusyError("throttled"),
            in_doubt=StoreOutcomeUnknownError("the reply was lost"),
        )


class World:
    """Everything around the protocol.

    Attributes:
        watch: Looks at the invariants after each change.
        finished: Whether the last rotation ended well.
        rotations: How many were begun.
        excuses: How many values may have been minted in vain: one for each fault, and for each delivery too many.
        last_error: What the last try failed with.
    """

    def __init__(
        self,
        case: Case,
        plan: Mapping[int, Fault] | None = None,
        *,
        skew: timedelta = timedelta(0),
        seeded: bool = True,
        protocol: Protocol | None = None,
    ) -> None:
        self.case = case
        self.time = SimulatedTime(skew)
        self.wire = Wire()
        self.secret = StrictSecret(ARN, TAGS, FUNCTION.arn or "", self.time)
        self.issuer = SimulatedIssuer(case, self.wire, self.time)
        self.jobs = SimulatedJobs(self.wire)
        store = SimulatedStore(self.secret, self.wire)
        self.parties = Parties(function=FUNCTION, store=store, issuer=self.issuer, jobs=self.jobs, time=self.time)
        self.finished = False
        self.rotations = 0
        self.excuses = 0
        self.last_error: RotationError | None = None
        self._protocol = protocol or Protocol()
        self._versions = 0
        for key_id, name in FOREIGN.items():
            self.issuer.add(key_id, name)
        if seeded:
            self._rotated_before()
        self.bring()
        self.watch = Watch(self.secret, self.issuer, self.time, self.wire)
        self.wire.after_change = self.watch.look
        self.fail(plan or {})

    def fail(self, plan: Mapping[int, Fault]) -> None:
        """From here on, the calls that `plan` numbers from 0 go wrong as it says."""
        self.excuses += len(plan)
        self.wire.made.clear()
        self.wire.plan = dict(plan)

    def _rotated_before(self) -> None:
        """What a month of operation leaves: a current value, and a previous one whose grace is long over."""
        self.time.pass_by(timedelta(days=-30))
        for _ in range(2):
            self.secret.write(self.new_version(), self.made_by_function())
        del self.issuer.desk.keys[self._id_at(Stage.PREVIOUS)]
        self.time.pass_by(timedelta(days=30))
        self.secret.before = self.secret.state

    def _id_at(self, stage: Stage) -> str:
        value = self.secret.state.value_at(stage)
        text = "" if value is None else value.api_key.open()
        return next(key.id for key in self.issuer.desk.keys.values() if key.text == text)

    def made_by_function(self) -> ApiKeyValue:
        """A value that the rotation to the newest version made; in shape F, that a person brought."""
        key_id, _ = self.issuer.new_text()
        name = key_name(ARN, version(self._versions), self.time.true_now())
        key_id = name if self.case.traits.shape is Shape.STORE_FIRST and self.case.names else key_id
        plain = self.issuer.add(key_id, name)
        self.issuer.desk.ours.add(key_id)
        if self.case.traits.shape is Shape.MANUAL:
            return plain
        chain = self.case.traits.shape is Shape.REFRESH_CHAIN
        return ApiKeyValue(
            api_key=plain.api_key,
            api_key_id=key_id,
            issuer="sendgrid",
            endpoint=FUNCTION.endpoint,
            account="acme-sub",
            tenant="acme",
            minted_at=self.time.true_now(),
            extra={"refreshToken": Sealed(self.issuer.desk.refresh_token)} if chain else {},
        )

    def bring(self) -> None:
        """In shape F, a person makes a key at the issuer and puts it in for the next rotation."""
        if self.case.traits.shape is Shape.MANUAL:
            number = self.new_version()
            self.secret.put(number, self.issuer.add(f"by-hand-{self._versions}"), Stage.BROUGHT)

    def write(self, value: ApiKeyValue) -> None:
        """A person, or an operator, writes a value that is current at once."""
        self.secret.write(self.new_version(), value)
        self.watch.look()

    def new_version(self) -> str:
        self._versions += 1
        return version(self._versions)

    def current(self) -> str:
        """The version that is in use."""
        version = self.secret.state.version_at(Stage.CURRENT)
        assert version is not None
        return version

    # Secrets Manager's part.

    def begin(self) -> str:
        """RotateSecret: a rotation that is stuck is tried again; else a new one begins."""
        pending = self.secret.state.version_at(Stage.PENDING)
        if pending is not None and pending != self.secret.state.version_at(Stage.CURRENT):
            return pending
        token = self.new_version()
        self.rotations += 1
        self.secret.begin_rotation(token)
        return token

    def step(self, step: Step, token: str) -> Outcome:
        """One call of the function, which may die in it."""
        self.time.begin()
        outcome = self._protocol.step(StepEvent(step=step, secret=ARN, version=token), self.parties)
        if step is Step.FINISH:
            self.watch.finished(token)
        return outcome

    def stepped(self, *steps: Step) -> str:
        """Begins a rotation and does some of its steps; the token."""
        token = self.begin()
        for step in steps:
            self.step(step, token)
        return token

    def attempt(self, token: str) -> bool:
        """All four steps, once."""
        try:
            for step in Step:
                self.step(step, token)
        except Crash:
            return False
        except RotationError as error:
            self.last_error = error
            self.watch.look_at_text(str(error))
            return False
        self.secret.end_rotation()
        self.finished = True
        return True

    def rotate(self) -> bool:
        """A rotation with all its tries. False is RotationFailed: AWSPENDING stays where it is."""
        token = self.begin()
        self.finished = False
        for _ in range(ATTEMPTS):
            if self.attempt(token):
                break
            self.time.pass_by(BETWEEN_ATTEMPTS)
        return self.finished

    # The other callers of the function.

    def revoke(self, version: str, *, now: bool = False) -> Outcome:
        self.time.begin()
        return revoke_previous(RevokeEvent(secret=ARN, version=version, now=now), self.parties)

    def fire_jobs(self) -> None:
        """Runs the jobs that are due; one that fails is gone, as after the scheduler's last retry."""
        for token, due in list(self.jobs.armed.items()):
            if due <= self.time.true_now():
                del self.jobs.armed[token]
                try:
                    self.revoke(token)
                except (Crash, RotationError):
                    continue

    def sweep(self) -> Swept:
        self.time.begin(900.0)
        return self._protocol.sweep(self.secret.description(self.secret.state), self.parties)
