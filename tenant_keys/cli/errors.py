"""How a command fails."""

EXIT_FAILED = 1
EXIT_USAGE = 2


class CommandError(Exception):
    """A command refuses its input; the text says what to do."""

    exit_code = EXIT_USAGE


class RefusedByAwsError(CommandError):
    """AWS refused or did not answer."""

    exit_code = EXIT_FAILED
