"""What happens by itself in the embedded AWS: rotations, schedules, events, the functions that they run, and mails.

Secrets Manager, EventBridge, EventBridge Scheduler, Lambda and SNS as far as a rotation needs them, with AWS's
strictness, on moto's memory and on a clock that can be set forward. Whoever sets it forward has to take new sessions
afterwards: one that was taken before has ended by the sandbox's clock, while its owner's clock says that it has not.
"""

from sandbox.rotation.control import PREFIX
from sandbox.rotation.engine import Automation

__all__ = ["PREFIX", "Automation"]
