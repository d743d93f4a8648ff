"""Fake issuers: the APIs of third-party services on a loopback port, as their documents describe them.

`FAKES` has one class per adapter of the rotation function, by the adapter's name. Each can be told to misbehave.
"""

from collections.abc import Mapping

from sandbox.issuers.fake import Fake
from sandbox.issuers.sendgrid import SendGrid

FAKES: Mapping[str, type[Fake]] = {
    "sendgrid": SendGrid,
}
