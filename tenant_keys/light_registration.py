"""Takes off the registration of resources what this program has no use for.

Pulumi's Python SDK does it for every resource, and offers no setting for it. `docs/performance.md` says what it costs.
"""

import asyncio
import gc

import pulumi
from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2


def lighten_registrations() -> None:
    """Makes the registrations that follow cheaper; what they declare stays the same.

    - Each registration leaves cycles behind; a collector that looks for them often takes half of a large stack's time.
    - The SDK tells the engine each of its steps: for each resource several debug messages, each a call that it waits
      for. `pulumi up --debug` then shows the engine's own messages only.
    - The SDK sends the whole stack of calls with each resource. The engine shows it nowhere and keeps it in the state:
      two fifths of it, with the folders of the machine that ran the program.
    """
    gc.set_threshold(50_000, 50, 50)
    pulumi.log.debug = _say_nothing
    resource._get_stack_trace = source_pb2.StackTrace  # noqa: SLF001 - no setting for it; the SDK's version is pinned


async def start_registrations() -> None:
    """Lets the registrations of a finished program begin: the last thing that it hands to `pulumi.run`.

    The SDK waits for registrations one by one, if any has begun when it looks. Otherwise it waits for the outputs of
    all resources at a time, and looks at all of them again whenever one is there: the cost is the stack's square.
    """
    await asyncio.sleep(0)


def _say_nothing(*_arguments: object, **_options: object) -> None:
    pass
