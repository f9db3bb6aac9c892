"""How a verdict stands beside a ratio: as a word, or as a mark where there is no room for words.

Both stand behind the ratio, and none is a plus or a minus, for these would be read as the number's.
"""

from lab.analysis.findings import Judged
from lab.analysis.verdicts import Verdict, told

WORD = {Verdict.BETTER: "better", Verdict.WORSE: "worse", Verdict.SAME: "same",
        Verdict.INCONCLUSIVE: "open", Verdict.TOO_FEW: "open", Verdict.WITHHELD: "withheld",
        Verdict.MISSING: ""}
MARK = {Verdict.BETTER: "✓", Verdict.WORSE: "✗", Verdict.SAME: "≈", Verdict.INCONCLUSIVE: "?",
        Verdict.TOO_FEW: "?", Verdict.WITHHELD: "", Verdict.MISSING: ""}
STYLE = {Verdict.BETTER: "better", Verdict.WORSE: "worse", Verdict.SAME: "same",
         Verdict.INCONCLUSIVE: "open", Verdict.TOO_FEW: "open", Verdict.WITHHELD: "open",
         Verdict.MISSING: "open"}
WORDS = "“same” is no difference that matters, “open” could not be decided."
MARKS = "✓ better, ✗ worse, ≈ no difference that matters, ? could not be decided."


def in_words(one: Judged, with_interval: bool = True) -> str:
    """× 0.63 [0.61, 0.65] better; where it is withheld, that alone, and – where there is none."""
    if one.verdict is Verdict.MISSING:
        return "–"
    if one.verdict is Verdict.WITHHELD:
        return WORD[one.verdict]
    between = one.ratio.interval if with_interval else None
    return f"×\u202f{told(one.ratio.value, between)} {WORD[one.verdict]}"
