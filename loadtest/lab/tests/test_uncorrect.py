import random
import shutil
import subprocess
import tempfile
import unittest
from collections import Counter
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "wrk" / "uncorrect.lua"
PROGRAM = """
local uncorrect = dofile(arg[1])
local values, counts = {}, {}
for line in io.lines() do
  local value, count = line:match("(%d+) (%d+)")
  values[#values + 1] = tonumber(value)
  counts[tonumber(value)] = tonumber(count)
end
local expected = uncorrect.expected_interval(tonumber(arg[2]), tonumber(arg[3]), tonumber(arg[4]))
if expected then uncorrect.undo(values, counts, expected) end
for _, value in ipairs(values) do print(value .. " " .. counts[value]) end
"""


def corrected(true: Counter, expected: int) -> Counter:
    """wrk's rule (stats_correct): from the least value upwards, over what is there already."""
    counts = Counter(true)
    for value in range(2 * expected, max(true) + 1):
        invented = value - expected
        while counts[value] and invented > expected:
            counts[invented] += counts[value]
            invented -= expected
    return +counts


@unittest.skipUnless(shutil.which("luajit"), "luajit is not installed")
class UncorrectTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name) / "program.lua"
        self.program.write_text(PROGRAM)

    def undone(self, histogram: Counter, requests: int, duration_us: int, connections: int):
        text = "".join(f"{value} {histogram[value]}\n" for value in sorted(histogram))
        done = subprocess.run(
            ["luajit", str(self.program), str(SCRIPT), str(requests), str(duration_us),
             str(connections)], input=text, capture_output=True, text=True, check=True)
        pairs = (line.split() for line in done.stdout.splitlines())
        return Counter({int(value): int(count) for value, count in pairs if int(count)})

    def check(self, true: Counter, duration_us: int, connections: int) -> int:
        """How many samples were invented, and taken out again."""
        requests = true.total()
        expected = duration_us // (requests // connections)
        wrong = corrected(true, expected)
        self.assertEqual(self.undone(wrong, requests, duration_us, connections), true)
        return wrong.total() - requests

    def test_one_stall_is_undone_by_hand(self):
        # Ten requests in 1,000 µs on one connection: 100 µs expected, so 350 invented 250 and 150.
        true = Counter({10: 9, 350: 1})
        self.assertEqual(corrected(true, 100), Counter({10: 9, 350: 1, 250: 1, 150: 1}))
        self.assertEqual(self.undone(corrected(true, 100), 10, 1000, 1), true)

    def test_nothing_is_taken_below_twice_the_expected_interval(self):
        true = Counter({10: 5, 199: 5})
        self.assertEqual(self.check(true, 1000, 1), 0)

    def test_exactly_twice_is_not_corrected_since_what_it_would_invent_is_not_above(self):
        self.assertEqual(self.check(Counter({10: 9, 200: 1}), 1000, 1), 0)
        self.assertEqual(self.check(Counter({10: 9, 201: 1}), 1000, 1), 1)

    def test_random_histograms_come_back_exactly(self):
        for seed in range(30):
            chosen = random.Random(seed)
            true: Counter = Counter()
            for _ in range(chosen.randrange(50, 400)):
                true[round(chosen.paretovariate(0.9) * 40)] += chosen.randrange(1, 50)
            true = Counter({value: n for value, n in true.items() if value < 20_000})
            with self.subTest(seed=seed):
                duration = true.total() * chosen.randrange(20, 200)
                self.check(true, duration, chosen.choice([1, 2, 16, 64]))

    def test_where_each_connection_had_less_than_one_request_wrk_corrects_nothing(self):
        true = Counter({500: 3, 90_000: 2})
        self.assertEqual(self.undone(true, 5, 100_000, 64), true)


if __name__ == "__main__":
    unittest.main()
