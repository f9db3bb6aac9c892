"""What stops a comparison."""

import subprocess


class Invalid(Exception):
    """The measurement cannot be used; the message says why."""


class WrongUse(Invalid):
    """What was asked for makes no sense; the message says what would."""


# A server or tool that died, or said what nobody expected.
BROKEN = (OSError, ValueError, ArithmeticError, LookupError, subprocess.SubprocessError)


def said(error: Exception) -> str:
    """In a message of ours there is all; another's needs its kind."""
    return str(error) if isinstance(error, Invalid) else f"{type(error).__name__}: {error}"
