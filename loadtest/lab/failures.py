"""What stops a comparison."""


class Invalid(Exception):
    """The measurement cannot be used; the message says why."""
