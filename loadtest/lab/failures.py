"""What stops a comparison."""


class Invalid(Exception):
    """The measurement cannot be used; the message says why."""


class WrongUse(Invalid):
    """What was asked for makes no sense; the message says what would."""
