"""`python -m sandbox.provider ENGINE_ADDRESS`: what the executable `pulumi-resource-aws` runs."""

import argparse
import asyncio
from contextlib import suppress

from sandbox.provider.server import serve

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", nargs="?", default="", help="the engine's address; it adds flags of its own")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_known_args()[0].engine))
