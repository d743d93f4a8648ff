import pytest

from tests.rotation_lambda.simulation.calls import calls_per_rotation
from tests.rotation_lambda.simulation.setting import CASES

CALLS = calls_per_rotation()


@pytest.mark.parametrize("case", CASES)
def test_a_rotation_makes_at_most_sixteen_calls_to_aws(case: str) -> None:
    assert CALLS[case].aws <= 16, "10,000 tenants share the quotas of one region"


def test_a_rotation_writes_twice_and_orders_once() -> None:
    """Writes share 50 a second in a region (Secrets Manager quotas)."""
    assert (CALLS["B"].store, CALLS["B"].admin, CALLS["B"].issuer) == (12, 3, 3)
