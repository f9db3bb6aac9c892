"""What answers must be under load: what they were when they were compared, before it.

wrk tells no more of an answer than that it came, a status of 400 or more, and the bytes of all of
them. These are held against the length of the one that was compared, so that a short, an empty or
another body is noticed.
"""

from dataclasses import dataclass, field

from lab.measure.wire import Response

# An answer of another's: a field such as Age may have a digit more or less. Ours have none, and
# Date is always 29 bytes long (RFC 9110, section 5.6.7).
SLACK_BYTES = 16
# In chunks: where they end is up to the moment, and each has a line with its length.
CHUNKS_SHARE, CHUNKS_BYTES = 0.05, 64


@dataclass(frozen=True)
class Expected:
    """Of the answers to one scenario. `lengths` are of the bodies by request, None where they
    differ by variant; `wire` is of an answer with its head, by variant, as of_answer() made it.
    """

    lengths: list[int | None]
    wire: dict[str, dict] = field(default_factory=dict)


def of_answer(answer: Response, is_ours: bool, varies: bool) -> dict:
    """{bytes, slack} on the wire, or {why_not} where no length can be expected."""
    if varies:
        return {"why_not": "each answer is another, as its scenario says"}
    if answer.wire_bytes is None:
        return {"why_not": "the server's answers to one request were not all of one length"}
    slack = 0 if is_ours else SLACK_BYTES
    if answer.is_chunked:
        slack = CHUNKS_BYTES + round(CHUNKS_SHARE * answer.wire_bytes)
    return {"bytes": answer.wire_bytes, "slack": slack}


def complaint(received: int, requests: int, under_way: int, wire: dict) -> str | None:
    """Why these bytes cannot be of so many answers, behind which so many more may have begun; None
    when they can.
    """
    if "bytes" not in wire:
        return None
    least = requests * (wire["bytes"] - wire["slack"])
    most = (requests + under_way) * (wire["bytes"] + wire["slack"])
    if least <= received <= most:
        return None
    return (f"{requests:,} answers had {received:,} bytes, {received / requests:,.1f} each, where "
            f"the one that was compared had {wire['bytes']:,}: some were not the same")
