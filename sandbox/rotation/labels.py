"""Staging labels: which version of a secret bears which, and how they move.

UpdateSecretVersionStage and PutSecretValue in the Secrets Manager API reference: a label sits on one version at most;
moving one from another version needs that version's name, so a move is a compare-and-swap; AWSPREVIOUS follows
AWSCURRENT.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"

Labels: TypeAlias = Mapping[str, frozenset[str]]
"""Version id to the labels on it. A version without any is deprecated."""


class LabelError(ValueError):
    """A move that Secrets Manager refuses."""


def bearer(labels: Labels, label: str) -> str:
    """Return the version that bears a label; empty if none does."""
    return next((version for version, borne in labels.items() if label in borne), "")


def attach(labels: Labels, version: str, wanted: Iterable[str]) -> Labels:
    """Put labels on a version, new or known, and take them off all others."""
    for label in wanted:
        before = bearer(labels, label)
        labels = _only_on(labels, label, version)
        if label == CURRENT and before not in ("", version):
            labels = _only_on(labels, PREVIOUS, before)
    return labels if version in labels else {**labels, version: frozenset()}


def remove(labels: Labels, label: str) -> Labels:
    """Take a label off whichever version bears it."""
    return {version: borne - {label} for version, borne in labels.items()}


def move(labels: Labels, label: str, *, to: str, away_from: str) -> Labels:
    """Move a label as UpdateSecretVersionStage does; `to` and `away_from` are version ids, or empty.

    Raises `LabelError` in AWS's words where the label is not where the call says.
    """
    before = bearer(labels, label)
    for version in (to, away_from):
        if version and version not in labels:
            raise LabelError(f"Not a valid version: {version}")
    if not to and not away_from:
        raise LabelError("You must provide MoveToVersionId or RemoveFromVersionId.")
    if away_from and away_from != before:
        raise LabelError(f"Version stage {label} not found in version {away_from}")
    if to and before not in ("", to) and not away_from:
        raise LabelError(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version "
            f"{before}, so you must explicitly reference that version in RemoveFromVersionId."
        )
    if not to and label == CURRENT:
        raise LabelError(f"You can't remove staging label {CURRENT} without moving it to another version.")
    return attach(labels, to, [label]) if to else remove(labels, label)


def _only_on(labels: Labels, label: str, version: str) -> Labels:
    kept = {other: borne - {label} for other, borne in labels.items()}
    return {**kept, version: kept.get(version, frozenset()) | {label}}
