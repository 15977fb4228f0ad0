# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client saw, what the ledger says and what the provider saw must agree."""

import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass

from upstream import said as provider

WRITTEN_WITHIN_S = 20  # rows are promised within 250 ms; a busy machine gets more


@dataclass
class Reply:
    """One answer as it reached the client: the third log."""

    request_id: str
    status: int
    attempts: int


class ThreeLogs:
    """Compares what was added since it was made."""

    def __init__(self, test, signalbox, upstream):
        self.test = test
        self.signalbox = signalbox
        self.upstream = upstream
        self.seen_before = len(upstream.seen)
        self.rows_before = {row["id"] for row in self.read("requests")}

    def read(self, table):
        """All rows. The tables are made beside the start of the server: where there are none yet, there are no rows."""
        with closing(sqlite3.connect(f"file:{self.signalbox.ledger}?mode=ro", uri=True, timeout=5)) as ledger:
            ledger.row_factory = sqlite3.Row
            there = ledger.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
            return ledger.execute(f"SELECT * FROM {table}").fetchall() if there else []

    def rows_with_end(self):
        """The new requests, once none of them is under way."""
        limit = time.monotonic() + WRITTEN_WITHIN_S
        while True:
            rows = [row for row in self.read("requests") if row["id"] not in self.rows_before]
            if rows and all(row["outcome"] is not None for row in rows) or time.monotonic() > limit:
                return rows
            time.sleep(0.02)

    def rows(self, expected):
        """The new requests, once the expected ones have their end."""
        limit = time.monotonic() + WRITTEN_WITHIN_S
        while True:
            rows = [row for row in self.read("requests") if row["id"] not in self.rows_before]
            final = {row["id"] for row in rows if row["outcome"] is not None}
            if expected <= final or time.monotonic() > limit:
                return rows
            time.sleep(0.02)

    def check(self, replies):
        test = self.test
        requests = {row["id"]: row for row in self.rows({reply.request_id for reply in replies})}
        attempts = [row for row in self.read("attempts") if row["request_id"] in requests]
        wire = [seen for seen in self.upstream.seen[self.seen_before:] if seen.method == "POST"]

        test.assertEqual(Counter(reply.request_id for reply in replies), Counter(requests.keys()),
                         "each request of the client has exactly one row")
        for reply in replies:
            row = requests[reply.request_id]
            test.assertIsNotNone(row["outcome"], "the row is final")
            test.assertEqual(row["status"], reply.status)
            mine = [attempt for attempt in attempts if attempt["request_id"] == reply.request_id]
            test.assertEqual(len(mine), row["attempts"])
            test.assertEqual([attempt["attempt"] for attempt in mine], list(range(1, len(mine) + 1)))
            test.assertEqual(len(mine), reply.attempts, "the x-signalbox-attempts field says the same")
        test.assertEqual(Counter(seen.model for seen in wire), Counter(attempt["model"] for attempt in attempts),
                         "one attempt is one request on the wire")
        self.check_tokens(wire, attempts)

    def check_wire(self, requests=None):
        """As check(), for clients that do not show what they got: so many requests, where that is known, each with its end."""
        limit = time.monotonic() + WRITTEN_WITHIN_S
        while True:
            rows = [row for row in self.read("requests") if row["id"] not in self.rows_before]
            ids = {row["id"] for row in rows}
            attempts = [row for row in self.read("attempts") if row["request_id"] in ids]
            wire = [seen for seen in self.upstream.seen[self.seen_before:] if seen.method == "POST"]
            final = sum(row["outcome"] is not None for row in rows)
            if (requests or 1) <= final == len(rows) and len(wire) == len(attempts) or time.monotonic() > limit:
                break
            time.sleep(0.02)
        self.test.assertEqual((final, len(rows)), (requests or len(rows),) * 2, "each request of the client has exactly one row")
        self.test.assertEqual(Counter(seen.model for seen in wire), Counter(attempt["model"] for attempt in attempts),
                              "one attempt is one request on the wire")
        self.check_tokens(wire, attempts)

    def check_tokens(self, wire, attempts):
        reported = [attempt for attempt in attempts if attempt["usage_confidence"] == "Reported" and attempt["output_tokens"]]
        sent = Counter((seen.model, seen.answered_tokens) for seen in wire if seen.answered_tokens)
        self.test.assertEqual(Counter((attempt["model"], attempt["output_tokens"]) for attempt in reported), sent,
                              "each usage that the provider sent is in a row")
        for attempt in reported:
            self.test.assertEqual((attempt["input_tokens"] + attempt["cached_input_tokens"], attempt["cached_input_tokens"]),
                                  (provider.PROMPT_TOKENS, provider.CACHED_TOKENS))
            self.test.assertEqual((attempt["cost_nano"], attempt["cost_confidence"]), (provider.cost(attempt["output_tokens"]), "Computed"))
