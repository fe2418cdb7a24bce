"""What a receiver of webhooks holds against the senders."""

import json
import sys
import unittest
import urllib.error
import urllib.request
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from messages import Messages, Receiver, signed  # noqa: E402


class TheMessages(unittest.TestCase):
    ROWS = [{"id": id, "name": f"name {id}", "amount": id * 3} for id in range(1, 6)]

    def setUp(self):
        self.messages = Messages()
        self.bodies = []

    def send(self, kind, id=None, **data):
        body = json.dumps({"type": f"delivery.{kind}", "data": {"run_id": "r", "export": "e", **data}}).encode()
        self.messages.take("c", f"msg_r_{id or kind}", body)
        self.bodies.append(body)

    def begin(self):
        self.send("start", tables=["t"])
        self.send("rows", "1_1", table="t", seq=1, rows=self.ROWS[:3])
        self.send("rows", "1_2", table="t", seq=2, rows=self.ROWS[3:])

    def end(self, **told):
        sent = b"".join(self.bodies[1:3])
        table = {"name": "t", "rows": 5, "bytes": len(sent), "sha256": sha256(sent).hexdigest()}
        self.send("end", publish=1, tables=[{**table, "last_message": "msg_r_1_2", **told}])

    def assert_found(self, *parts, settled=False):
        wrong = self.messages.look(settled)
        self.assertEqual(len(wrong), len(parts), wrong)
        for text, part in zip(wrong, parts, strict=True):
            self.assertIn(part, text)

    def test_a_whole_delivery_is_right(self):
        self.begin()
        self.assertEqual(self.messages.records(), {})
        self.end()
        self.assert_found(settled=True)
        (record,) = self.messages.records().values()
        self.assertEqual((record.run, [file["path"] for file in record.files]), ("r", ["c/e/t"]))
        self.assertEqual(self.messages.rows("c/e/t", "r"), 5)

    def test_whoever_begins_again_sends_the_same(self):
        self.begin()
        self.begin()
        self.end()
        self.end()
        self.assert_found(settled=True)
        self.assertEqual((self.messages.looked_at, self.messages.repeated), (4, 4))

    def test_a_message_with_another_body_is_found(self):
        self.begin()
        self.send("rows", "1_2", table="t", seq=2, rows=self.ROWS[3:4])
        self.assert_found("message msg_r_1_2 came again with another body")

    def test_half_a_delivery_is_found(self):
        self.begin()
        self.end(rows=6)
        self.assert_found("ended with")

    def test_a_gap_is_found(self):
        self.send("start", tables=["t"])
        self.send("rows", "1_2", table="t", seq=2, rows=self.ROWS[3:])
        self.assert_found("message msg_r_1_2 came when 0 were there of t")

    def test_rows_that_are_not_whole_are_none(self):
        self.send("start", tables=["t"])
        self.send("rows", "1_1", table="t", seq=1, rows=self.ROWS[1:])
        self.assertIsNone(self.messages.rows("c/e/t", "r"))

    def test_rows_without_a_start_or_after_the_end_are_found(self):
        self.send("rows", "1_1", table="t", seq=1, rows=self.ROWS[:3])
        self.assert_found("came before its run had begun")
        self.setUp()
        self.begin()
        self.end()
        self.send("rows", "1_3", table="t", seq=3, rows=[])
        self.assert_found("came after the end of its run")

    def test_a_run_without_an_end_is_found_once_all_is_quiet(self):
        self.begin()
        self.assert_found()
        self.assert_found("neither ended nor given up", settled=True)
        self.send("abort")
        self.assert_found(settled=True)

    def test_a_run_is_not_both_ended_and_given_up(self):
        self.begin()
        self.send("abort")
        self.end()
        self.assert_found("ended after it was given up")
        self.setUp()
        self.begin()
        self.end()
        self.send("abort")
        self.assert_found("was given up after its end")


class TheReceiver(unittest.TestCase):
    def test_it_takes_what_is_signed(self):
        receiver = Receiver()
        self.addCleanup(receiver.stop)
        body = b'{"type":"delivery.test","data":{}}'
        for signature, status in ((signed("i", "1", body), 204), ("v1,AAAA", 401)):
            headers = {"webhook-id": "i", "webhook-timestamp": "1", "webhook-signature": signature}
            request = urllib.request.Request(f"{receiver.url}/c", method="POST", data=body, headers=headers)
            try:
                found = urllib.request.urlopen(request).status
            except urllib.error.HTTPError as error:
                found = error.code
            self.assertEqual(found, status)
        self.assertEqual(receiver.messages.looked_at, 1)

    def test_signatures_are_those_of_standard_webhooks(self):
        # The example of its specification.
        body = b'{"test": 2432232314}'
        signature = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
        self.assertEqual(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")


if __name__ == "__main__":
    unittest.main()
