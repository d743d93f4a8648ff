"""The operator's command line, `tenant-keys`."""


def main() -> None:
    """Runs the command line."""
    # the processes that read an audit's logs import this file as well, and need none of it
    from tenant_keys.cli.app import main as run  # noqa: PLC0415 - see above

    run()


__all__ = ["main"]
