"""A rotation from its request to its end."""

from tests.sandbox.rotation.account import Account


def test_a_rotation_takes_four_steps_and_happens_by_itself(account: Account) -> None:
    secret, function = account.secret(), account.function()
    token = account.rotate(secret, function)["VersionId"]
    account.advance()
    run = account.last(secret)
    assert [step["step"] for step in run["steps"]] == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    assert run["state"] == "succeeded"
    assert account.value(secret) == f"made-{token}"
    assert account.value(secret, "AWSPREVIOUS") == "first"
    assert account.labels(secret)[token] == {"AWSCURRENT"}
