"""CloudTrail's part: every call that passes the gate becomes a record in the bucket of the account's trail."""

from sandbox.trail.delivery import Trails

__all__ = ["Trails"]
