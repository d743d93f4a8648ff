"""Puts the parts together: what happens by itself in an account, while time passes or is set forward."""

from pathlib import Path

from sandbox.gate.moto_state import MotoState
from sandbox.rotation.agenda import Agenda
from sandbox.rotation.bus import Bus
from sandbox.rotation.clock import Clock
from sandbox.rotation.control import Control
from sandbox.rotation.dead_letters import Queues
from sandbox.rotation.function_api import FunctionApi
from sandbox.rotation.functions import Functions
from sandbox.rotation.invocations import Invocations
from sandbox.rotation.journal import Journal
from sandbox.rotation.mails import Outbox
from sandbox.rotation.plans import Plans
from sandbox.rotation.rotations import Rotations
from sandbox.rotation.schedules import Schedules
from sandbox.rotation.secrets_api import SecretsApi
from sandbox.rotation.world import World
from sandbox.trail import Trails


class Automation:
    """Rotations, schedules, records, events, functions and mails. `folder` is where functions are unpacked."""

    def __init__(self, state: MotoState, folder: Path) -> None:
        clock, journal, plans = Clock(), Journal(), Plans()
        world = World(state=state, clock=clock, agenda=Agenda(clock, journal), journal=journal)
        functions, queues, outbox = Functions(state, clock, folder), Queues(world), Outbox(world)
        invocations = Invocations(world, functions, queues, outbox)
        self.trails = Trails(state, forward=Bus(world, invocations, queues, outbox).take)
        rotations = Rotations(world, plans, invocations, self.trails.take)
        world.agenda.add_source(rotations)
        world.agenda.add_source(Schedules(world, invocations, queues))
        self._world, self._functions = world, functions
        self.handlers = {
            **SecretsApi(world, plans, rotations, invocations).handlers(),
            **FunctionApi(functions, invocations).handlers(),
            **outbox.handlers(),
        }
        self.control = Control(world, outbox, rotations)

    def start(self, endpoint: str) -> None:
        """Begin to follow time; functions make their own calls at `endpoint`."""
        self._functions.endpoint = endpoint
        self._world.agenda.start()
        self.trails.start()

    def stop(self) -> None:
        """Stop, and end all functions."""
        self._world.agenda.stop()
        self._functions.stop()
        self.trails.stop()
        self._world.clock.stop()
