"""Staging labels: UpdateSecretVersionStage and PutSecretValue in the Secrets Manager API reference."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.rotation.labels import CURRENT, PENDING, PREVIOUS, LabelError, Labels, attach, bearer, move, remove

BEFORE: Labels = {
    "new": frozenset({PENDING}),
    "now": frozenset({CURRENT}),
    "old": frozenset({PREVIOUS}),
    "bare": frozenset(),
}


def test_promoting_a_version_moves_the_previous_label_along() -> None:
    after = move(BEFORE, CURRENT, to="new", away_from="now")
    assert {version: set(borne) for version, borne in after.items()} == {
        "new": {CURRENT, PENDING},
        "now": {PREVIOUS},
        "old": set(),
        "bare": set(),
    }


def test_the_pending_label_stays_where_it_is_when_its_version_is_promoted() -> None:
    """The service clears it when the rotation ends; the function must not."""
    assert bearer(move(BEFORE, CURRENT, to="new", away_from="now"), PENDING) == "new"


def test_going_back_to_the_previous_version_swaps_the_two() -> None:
    after = move(BEFORE, CURRENT, to="old", away_from="now")
    assert (after["old"], after["now"]) == ({CURRENT}, {PREVIOUS})


@pytest.mark.parametrize(
    ("label", "to", "away_from", "says"),
    [
        (CURRENT, "new", "", "RemoveFromVersionId can't be empty"),
        (CURRENT, "new", "old", "not found in version old"),
        (PENDING, "now", "", "RemoveFromVersionId can't be empty"),
        (CURRENT, "gone", "now", "Not a valid version: gone"),
        (CURRENT, "new", "gone", "Not a valid version: gone"),
        (CURRENT, "", "now", "without moving it"),
        ("mine", "", "now", "not found in version now"),
        ("mine", "", "", "MoveToVersionId or RemoveFromVersionId"),
    ],
)
def test_a_move_from_where_the_label_is_not_is_refused(label: str, to: str, away_from: str, says: str) -> None:
    with pytest.raises(LabelError, match=says):
        move(BEFORE, label, to=to, away_from=away_from)


def test_a_label_of_nobody_is_attached_without_naming_a_version_to_leave() -> None:
    assert move(BEFORE, "mine", to="bare", away_from="")["bare"] == {"mine"}
    assert bearer(move({"only": frozenset({PENDING})}, CURRENT, to="only", away_from=""), PREVIOUS) == ""


def test_a_label_that_is_there_already_may_be_moved_there_again() -> None:
    assert move(BEFORE, CURRENT, to="now", away_from="") == BEFORE


def test_a_pending_label_can_be_taken_off() -> None:
    assert bearer(move(BEFORE, PENDING, to="", away_from="new"), PENDING) == ""


def test_a_new_version_takes_labels_from_others_and_leaves_the_rest() -> None:
    after = attach({**BEFORE, "now": frozenset({CURRENT, "mine"})}, "newer", [CURRENT])
    assert (after["newer"], after["now"], after["old"]) == ({CURRENT}, {PREVIOUS, "mine"}, frozenset())


VERSIONS, LABELS = st.sampled_from(["a", "b", "c", "d"]), st.sampled_from([CURRENT, PENDING, PREVIOUS, "mine"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("attach"), VERSIONS, LABELS),
        st.tuples(st.just("move"), VERSIONS, LABELS),
        st.tuples(st.just("remove"), VERSIONS, LABELS),
    ),
    max_size=30,
)


@given(STEPS)
def test_whatever_is_moved_each_label_is_on_one_version_at_most_and_current_is_never_lost(
    steps: list[tuple[str, str, str]],
) -> None:
    labels: Labels = attach({}, "a", [CURRENT])
    for kind, version, label in steps:
        before = bearer(labels, CURRENT)
        if kind == "attach":
            labels = attach(labels, version, [label])
        elif kind == "move" and version in labels:
            labels = move(labels, label, to=version, away_from=bearer(labels, label))
        elif label != CURRENT:
            labels = remove(labels, label)
        counts = Counter(name for borne in labels.values() for name in borne)
        assert max(counts.values()) == 1
        assert counts[CURRENT] == 1
        if bearer(labels, CURRENT) != before:
            assert bearer(labels, PREVIOUS) == before
