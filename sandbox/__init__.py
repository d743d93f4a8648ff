"""The embedded AWS: moto behind an authoriser, and a Pulumi provider plugin that talks to it.

For the first run, for tests and for developing. The program does not know that it runs here: same code, same stack
files, another endpoint and other credentials.
"""

from sandbox.launcher import Sandbox, SandboxError

__all__ = ["Sandbox", "SandboxError"]
