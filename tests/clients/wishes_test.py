# SPDX-License-Identifier: GPL-3.0-or-later
"""What is legal in one dialect reaches every provider in a shape that it takes, whole and streamed."""

import http.client
import json
import unittest

import wishes
from signalbox_process import TOKEN, Signalbox
from targets import DIALECTS
from upstream.server import ScriptedUpstream

WISHES = {"chat": ("/v1/chat/completions", wishes.CHAT), "responses": ("/v1/responses", wishes.RESPONSES),
          "messages": ("/v1/messages", wishes.MESSAGES)}
CASES = [(own, name, other) for own, (_, bodies) in WISHES.items() for name in bodies for other in DIALECTS if other != own]


class Wishes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.upstream = cls.enterClassContext(ScriptedUpstream())
        chains = {"-".join(case): [f"{case[2]}:ok.{'-'.join(case)}"] for case in CASES}
        cls.signalbox = cls.enterClassContext(Signalbox(cls.upstream, chains))

    def ask(self, own, name, other, stream):
        path, bodies = WISHES[own]
        connection = http.client.HTTPConnection(self.signalbox.address.removeprefix("http://"), timeout=60)
        self.addCleanup(connection.close)
        connection.request("POST", path, json.dumps(bodies[name] | {"model": f"{own}-{name}-{other}", "stream": stream}),
                           {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()

    def test_every_wish_is_taken_by_every_provider(self):
        for own, name, other in CASES:
            for stream in (False, True):
                with self.subTest(f"{own} {name} to {other}{', streamed' if stream else ''}"):
                    before = len(self.upstream.refusals())
                    status, body = self.ask(own, name, other, stream)
                    self.assertEqual(self.upstream.refusals()[before:], [])
                    self.assertEqual(status, 200, body)
                    self.assertNotIn("event: error", body)


if __name__ == "__main__":
    unittest.main()
