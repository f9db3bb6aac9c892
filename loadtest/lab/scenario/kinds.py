"""Which keys mean something to which kind of load. A key that a kind would pass over is refused,
for what is then measured is not what the file says.
"""

from lab.scenario.place import Place

WRK = ("closed", "pipelined")
LOADGEN = ("open", "slow", "soak")

# Of a scenario. What is not named here means something to every kind.
SCENARIO = {
    "mix": LOADGEN,
    "connections": (*WRK, *LOADGEN),
    "depth": ("pipelined",),
    "stretch": WRK,
    "counted": WRK,
    "rate": LOADGEN,
    "shares": ("open",),
    "capacity_of": ("open",),
    "seconds": LOADGEN,
    "requests_per_connection": LOADGEN,
}
# Of a request.
REQUEST = {
    "raw": (*LOADGEN, "cold"),  # wrk makes its requests itself
    "closes": LOADGEN,  # nobody else looks whether the server does
    "weight": LOADGEN,
    "write_bytes_per_s": LOADGEN,
    "read_bytes_per_s": LOADGEN,
}
WRK_STATUS_END = 400  # from here on wrk counts an answer as an error


def check_scenario(table: dict, kind: str, place: Place) -> None:
    _check(table, SCENARIO, kind, place)


def check_request(table: dict, kind: str, place: Place) -> None:
    _check(table, REQUEST, kind, place)
    if kind in WRK and table.get("status", 200) >= WRK_STATUS_END:
        raise place.wrong(
            f"status {table['status']} cannot be had with kind {kind}: wrk counts what is "
            f"{WRK_STATUS_END} or more as an error; use kind open")


def _check(table: dict, meaningful: dict[str, tuple[str, ...]], kind: str, place: Place) -> None:
    for key in table:
        if kind not in meaningful.get(key, (kind,)):
            raise place.wrong(f"{key} does nothing with kind {kind}: take it out, or use kind "
                              + " or ".join(meaningful[key]))
