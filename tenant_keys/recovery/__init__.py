"""What becomes of the operations that a killed `pulumi up` left pending: decided from facts, without a call.

The engine notes an operation in the state before it begins it, so whatever a killed run may have made stands among the
pending operations. A create that took effect must be imported: the next `up` would make a second KMS key without a
word, and fail on every resource that has a name of its own.
"""

from tenant_keys.recovery.decision import Action, Existing, Row, decide, unclaimed
from tenant_keys.recovery.state import KMS_KEY, Pending, State, import_file, read_state, without

__all__ = [
    "KMS_KEY",
    "Action",
    "Existing",
    "Pending",
    "Row",
    "State",
    "decide",
    "import_file",
    "read_state",
    "unclaimed",
    "without",
]
