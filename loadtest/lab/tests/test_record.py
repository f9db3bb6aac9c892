import json
import tempfile
import unittest
from pathlib import Path

from lab.failures import Invalid
from lab.measure.record import Record, read, retried_line

HEAD = {"kind": "run", "title": "t", "started": "s", "command": "c", "settings": {"rounds": 1},
        "scenarios": [], "variants": {},
        "machine": {"cpu": "x", "git_revision": "y", "git_changed": False}}


class RecordTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "deep" / "result.json"

    def test_blocks_are_kept_and_gone_on_with(self):
        record = Record.begin(self.path, HEAD)
        record.add(0, "a", [{"scenario": "a"}], {})
        record.drop(0, "b", "b: failed")
        record.write()
        again = Record.resume(self.path, HEAD)
        self.assertTrue(record.is_done(0, "a") and record.is_done(0, "b"))
        self.assertTrue(again.is_done(0, "a"))
        self.assertFalse(again.is_done(1, "a"))
        self.assertFalse(again.is_done(0, "b"))  # it failed: it is tried again
        self.assertEqual(record.document["invalid"], ["b: failed"])
        self.assertEqual(again.document["invalid"], [])
        self.assertTrue(again.document["partial"])

    def test_what_failed_and_is_tried_again_leaves_a_trace(self):
        record = Record.begin(self.path, HEAD)
        record.drop(1, "b", "b: 3 errors of kind read")
        record.document["invalid"].append("the disk was full")
        record.write()
        again = Record.resume(self.path, HEAD)
        again.add(1, "b", [], {})
        again.write()
        kept = Record.resume(self.path, HEAD).document["retried"]
        self.assertEqual(kept, [
            {"round": 1, "scenario": "b", "reason": "b: 3 errors of kind read"},
            {"round": None, "scenario": None, "reason": "the disk was full"}])
        self.assertEqual([retried_line(each) for each in kept], [
            "tried again, for it failed before: round 2, b: 3 errors of kind read",
            "tried again, for it failed before: the disk was full"])

    def test_another_machine_or_plan_is_not_gone_on_with(self):
        Record.begin(self.path, HEAD).write()
        with self.assertRaisesRegex(Invalid, "its settings are not the same"):
            Record.resume(self.path, {**HEAD, "settings": {"rounds": 2}})
        with self.assertRaisesRegex(Invalid, "its git_revision was y, now it is z"):
            Record.resume(self.path, {**HEAD, "machine": {**HEAD["machine"], "git_revision": "z"}})

    def test_what_is_no_result_is_refused(self):
        self.path.parent.mkdir()
        for text, word in (("{", "not JSON"), ("[]", "not a result"), ('{"format":1}', "format 2")):
            self.path.write_text(text)
            with self.assertRaisesRegex(Invalid, word):
                read(self.path)
        self.path.write_text(json.dumps({"format": 2, "kind": "run"}))
        with self.assertRaisesRegex(Invalid, "lacks title, started"):
            read(self.path)

    def test_a_result_that_cannot_be_written_leaves_nothing_behind(self):
        self.path.mkdir(parents=True)
        with self.assertRaisesRegex(Invalid, "cannot be written to .*: Is a directory"):
            Record.begin(self.path, HEAD).write()
        self.assertEqual(list(self.path.parent.iterdir()), [self.path])


if __name__ == "__main__":
    unittest.main()
