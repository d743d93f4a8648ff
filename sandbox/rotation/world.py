"""What every part of this package works with."""

from dataclasses import dataclass

from sandbox.gate.moto_state import MotoState
from sandbox.rotation.agenda import Agenda
from sandbox.rotation.clock import Clock
from sandbox.rotation.journal import Journal


@dataclass(frozen=True, kw_only=True)
class World:
    """moto's memory, the time, what is due, and what has happened."""

    state: MotoState
    clock: Clock
    agenda: Agenda
    journal: Journal
