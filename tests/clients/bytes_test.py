# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes in, bytes out: what the provider gets is what the client wrote, but for the model's name."""

import http.client
import json
import unittest

import scenarios
from signalbox_process import TOKEN, Signalbox
from three_logs import Reply, ThreeLogs
from upstream.scripts import VERBATIM_ANSWER
from upstream.server import ScriptedUpstream

CHAINS = scenarios.chains("bytes")

# Odd order of keys, big and odd numbers, escapes, white space, unknown fields, a "model" that is not the model.
BODIES = {
    "order": '{"zeta":1,"messages":[{"content":"hi","role":"user"}],"model":"CHAIN","alpha":2}',
    "numbers": '{"model":"CHAIN","seed":123456789012345678901234567890,"temperature":1.0E-0,"top_p":0.10,"n":1e0,'
               '"messages":[{"role":"user","content":"hi"}]}',
    "escapes": r'{"messages":[{"role":"user","content":"\u00e9\/\ud83d\ude82 \"model\":\"x\" \\"}],"model":"CHAIN"}',
    "white space": '\r\n{\t"model"  :\n  "CHAIN" ,"messages" : [ {"role":"user" , "content":"hi" } ] }\n\n',
    "raw unicode": '{"messages":[{"role":"user","content":"Grüezi 🚂 \u2028"}],"model":"CHAIN"}',
    "nested": '{"metadata":{"model":"CHAIN","deep":[[[{"model":null}]]]},"model":"CHAIN","messages":[{"role":"user","content":"hi"}]}',
    "duplicate empties": '{"model":"CHAIN","stop":[],"logit_bias":{},"user":"","messages":[{"role":"user","content":"hi"}]}',
}
MODEL_AT = {"nested": 1}  # which of the places that hold CHAIN is the model; else the first


def with_model(text, name, number):
    parts = text.split('"CHAIN"')
    out = parts[0]
    for at, part in enumerate(parts[1:]):
        out += (json.dumps(name) if at == number else '"metadata-model"') + part
    return out.encode()


def setUpModule():
    global upstream, signalbox
    upstream = unittest.enterModuleContext(ScriptedUpstream(strict=False))
    signalbox = unittest.enterModuleContext(Signalbox(upstream, CHAINS))


class Bytes(unittest.TestCase):
    def setUp(self):
        self.replies = []
        self.logs = ThreeLogs(self, signalbox, upstream)
        self.connection = http.client.HTTPConnection(signalbox.address.removeprefix("http://"), timeout=60)
        self.addCleanup(self.connection.close)

    def tearDown(self):
        self.logs.check(self.replies)

    def post(self, body, **fields):
        self.connection.request("POST", "/v1/chat/completions", body, {
            "Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **fields})
        response = self.connection.getresponse()
        content = response.read()
        self.replies.append(Reply(response.headers["x-signalbox-request-id"], response.status,
                                  int(response.headers["x-signalbox-attempts"])))
        self.assertEqual(response.status, 200, content)
        return content

    def test_a_request_reaches_the_provider_byte_for_byte(self):
        model = CHAINS["bytes"][0][0]
        for name, body in BODIES.items():
            with self.subTest(name):
                self.post(with_model(body, "bytes", MODEL_AT.get(name, 0)))
                self.assertEqual(upstream.asked_for(model)[-1].body, with_model(body, model, MODEL_AT.get(name, 0)))

    def test_a_stream_that_asks_for_usage_reaches_the_provider_byte_for_byte(self):
        model = CHAINS["bytes-stream"][0][0]
        body = '{ "stream_options" : {"include_usage" :true}, "stream":true ,"model": "CHAIN","messages":[{"role":"user","content":"hi"}]}'
        self.post(with_model(body, "bytes-stream", 0))
        self.assertEqual(upstream.asked_for(model)[-1].body, with_model(body, model, 0))

    def test_a_stream_that_does_not_is_changed_in_that_place_only(self):
        model = CHAINS["no-usage"][0][0]
        body = '{"seed":100000000000000000001, "stream" :true,"messages":[{"content":"hi","role":"user"}], "model":"CHAIN"}'
        content = self.post(with_model(body, "no-usage", 0))
        sent = upstream.asked_for(model)[-1].body
        self.assertEqual(json.loads(sent)["stream_options"], {"include_usage": True})
        untouched = with_model(body, model, 0)
        added = len(sent) - len(untouched)
        self.assertTrue(any(sent[:at] + sent[at + added:] == untouched for at in range(len(sent))), sent)
        self.assertNotIn(b'"usage"', content)
        self.assertTrue(content.endswith(b"data: [DONE]\n\n"), content[-60:])

    def test_an_answer_reaches_the_client_byte_for_byte(self):
        body = b'{"model":"verbatim","messages":[{"role":"user","content":"hi"}]}'
        self.assertEqual(self.post(body), VERBATIM_ANSWER)

    def test_a_chunked_request_is_the_same_request(self):
        model = CHAINS["chat"][0][0]
        body = with_model(BODIES["numbers"], "chat", 0)
        self.connection.request("POST", "/v1/chat/completions", iter([body[:7], body[7:50], body[50:]]),
                                {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}, encode_chunked=True)
        response = self.connection.getresponse()
        response.read()
        self.replies.append(Reply(response.headers["x-signalbox-request-id"], response.status,
                                  int(response.headers["x-signalbox-attempts"])))
        self.assertEqual(response.status, 200)
        self.assertEqual(upstream.asked_for(model)[-1].body, with_model(BODIES["numbers"], model, 0))


if __name__ == "__main__":
    unittest.main()
