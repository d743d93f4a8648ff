"""The gate: whoever wants something of moto passes here, and is let through only where AWS would."""

from sandbox.gate.application import Call, Gate, Handler, HandOn
from sandbox.gate.bootstrap import AccountSpec, read_accounts, register

__all__ = ["AccountSpec", "Call", "Gate", "HandOn", "Handler", "read_accounts", "register"]
