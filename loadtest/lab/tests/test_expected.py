import socket
import unittest
from dataclasses import replace

from lab.measure import expected
from lab.measure.wire import Connection, Response


class ExpectedTest(unittest.TestCase):
    FIELDS = {"content-length": "13"}

    def test_ours_is_exact_and_anothers_head_may_vary(self):
        answer = Response(200, self.FIELDS, b"x" * 13, 150)
        self.assertEqual(expected.of_answer(answer, True, False), {"bytes": 150, "slack": 0})
        self.assertEqual(expected.of_answer(answer, False, False)["slack"], expected.SLACK_BYTES)

    def test_chunks_may_end_elsewhere(self):
        answer = Response(200, {"transfer-encoding": "chunked"}, b"x" * 9000, 10_000)
        self.assertEqual(expected.of_answer(answer, True, False), {"bytes": 10_000, "slack": 564})

    def test_where_no_length_is_to_be_expected_the_reason_is_kept(self):
        varying = Response(200, self.FIELDS, b"", None)
        self.assertIn("not all of one length", expected.of_answer(varying, True, False)["why_not"])
        self.assertIn("scenario says",
                      expected.of_answer(replace(varying, wire_bytes=9), True, True)["why_not"])

    def test_the_length_on_the_wire_is_of_all_that_was_read(self):
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
        with socket.create_server(("127.0.0.1", 0)) as listener:
            with Connection(listener.getsockname()[1]) as connection:
                accepted, _ = listener.accept()
                with accepted:
                    accepted.sendall(answer + chunked + answer[:-1])
                    accepted.sendall(answer[-1:])
                    found = [connection.receive() for _ in range(3)]
        self.assertEqual([each.wire_bytes for each in found],
                         [len(answer), len(chunked), len(answer)])
        self.assertEqual({each.body for each in found}, {b"ok"})


if __name__ == "__main__":
    unittest.main()
