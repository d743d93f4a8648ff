"""What must hold at every instant of a simulation; what must hold once it is quiet stands in `settle`."""

from rotation_lambda.contracts import Stage
from rotation_lambda.protocol.parties import old_one_dies, registers_late
from tests.rotation_lambda.simulation.clock import SimulatedTime
from tests.rotation_lambda.simulation.faults import Fault, Wire
from tests.rotation_lambda.simulation.issuers import CANARY, SimulatedIssuer
from tests.rotation_lambda.simulation.secrets_manager import StrictSecret
from tests.rotation_lambda.simulation.setting import FOREIGN, GRACE


class Watch:
    """Looks after each change, and keeps what was broken.

    The numbers are those of docs/rotation.md. (3), that a version never has two values, is the strict secret's: it
    refuses a second one.

    Attributes:
        broken: The invariants that were broken, as sentences.
        several_deliveries: Whether two deliveries of a step run at once, so that one may mint in vain.
    """

    def __init__(self, secret: StrictSecret, issuer: SimulatedIssuer, time: SimulatedTime, wire: Wire) -> None:
        self.broken: list[str] = []
        self.several_deliveries = False
        self._secret, self._issuer, self._time, self._wire = secret, issuer, time, wire
        self._demoted: dict[str, float] = {}
        self._current = secret.state.version_at(Stage.CURRENT)
        self._mints = issuer.desk.mints
        # Where making a value kills the one before it, the gap can't be closed, only be kept short.
        self._gap = old_one_dies(issuer.traits) or registers_late(issuer.traits)

    def works(self, stage: Stage) -> bool:
        """Whether the value at `stage` authenticates; a secret without one has nothing that could fail."""
        value = self._secret.state.value_at(stage)
        return value is None or self._issuer.works(value)

    def look(self) -> None:
        """Invariants 1, 2, 5 and 7."""
        self._follow_the_label()
        if not self._gap and not self.works(Stage.CURRENT):
            self.broken.append("1: AWSCURRENT does not authenticate")
        if not self._gap and self._in_grace() and not self.works(Stage.PREVIOUS):
            self.broken.append("2: AWSPREVIOUS does not authenticate within its grace")
        desk = self._issuer.desk
        if FOREIGN.keys() - desk.keys.keys() or set(desk.revoked) - desk.ours:
            self.broken.append("5: a key that is not ours was revoked")
        if desk.mints != self._mints:
            self._mints = desk.mints
            self._look_at_mint()

    def finished(self, token: str) -> None:
        """What finishSecret promises when it ends well, nobody else moves labels, and its answers were not old."""
        old = Fault.STALE in self._wire.plan.values() and self._secret.before.version_at(Stage.CURRENT) == token
        if self.several_deliveries or old:
            return
        if self._secret.state.version_at(Stage.CURRENT) != token:
            self.broken.append("8: finishSecret ended well, and the new version is not current")
        if not self.works(Stage.CURRENT):
            self.broken.append("1: the rotation ended well, and AWSCURRENT does not authenticate")

    def look_at_text(self, text: str) -> None:
        """Invariant 6, of an error's text: it ends in the runtime's log. The rest of it is the log trap's."""
        if CANARY in text:
            self.broken.append("6: an error holds a value")

    def _follow_the_label(self) -> None:
        current = self._secret.state.version_at(Stage.CURRENT)
        if current != self._current and self._current is not None:
            self._demoted[self._current] = self._time.elapsed
        self._current = current

    def _in_grace(self) -> bool:
        since = self._demoted.get(self._secret.state.version_at(Stage.PREVIOUS) or "")
        return since is not None and self._time.elapsed - since < GRACE.total_seconds()

    def _look_at_mint(self) -> None:
        """Who sees an old answer, or works at the same time as another, may mint in vain; nobody else may."""
        blind = self.several_deliveries or Fault.STALE in self._wire.plan.values()
        if not blind and self._secret.state.value_at(Stage.PENDING) is not None:
            self.broken.append("7: a value was minted although one is stored for this rotation")
