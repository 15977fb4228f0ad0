# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong is said in the client's own dialect, and the official SDKs make the right error of it, once."""

import http.client
import json
import os
import re
import unittest

import anthropic
import openai

import pictures
import targets
from signalbox_process import TOKEN, Signalbox
from upstream.server import ScriptedUpstream

DIALECTS = tuple(os.environ.get("SERVED", "chat responses messages").split())
PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "messages": "/v1/messages"}
CHAINS = {"fine": ["ok.fine"], "said-before": ["ok.said-before"], "blind": [("ok.blind", {"traits": {"images": False}})]}
for name in DIALECTS:
    for other in targets.DIALECTS:
        for failure, scripts in {"limited": ("rate_limited", "rate_limited"), "broken": ("broken", "overloaded"), "refused": ("bad_request", "ok"),
                                 "too-long": ("too_long", "too_long"), "breaks": ("cut_after", "ok"), "stumbles": ("error_after", "ok")}.items():
            CHAINS[f"{failure}-{name}-{other}"] = [f"{other}:{script}.{failure}-{name}-{at}" for at, script in enumerate(scripts)]
PAIRS = [(name, other) for name in DIALECTS for other in targets.DIALECTS]


def setUpModule():
    global upstream, signalbox
    upstream = unittest.enterModuleContext(ScriptedUpstream())
    signalbox = unittest.enterModuleContext(Signalbox(upstream, CHAINS))


class ErrorTest(unittest.TestCase):
    def setUp(self):
        self.statuses = []
        # As the SDKs come: they would try twice more if they thought that it helps.
        hooks = {"event_hooks": {"response": [lambda response: self.statuses.append(response.status_code)]}, "trust_env": False}
        self.openai = openai.OpenAI(base_url=signalbox.base_url, api_key=TOKEN, http_client=openai.DefaultHttpxClient(**hooks))
        self.anthropic = anthropic.Anthropic(base_url=signalbox.address, api_key=TOKEN,
                                             http_client=anthropic.DefaultHttpxClient(**hooks))
        self.addCleanup(self.openai.close)
        self.addCleanup(self.anthropic.close)

    def ask(self, dialect, model, client=None, **more):
        if dialect == "messages":
            return (client or self.anthropic).messages.create(
                model=model, max_tokens=100, messages=[{"role": "user", "content": "hi"}], **more)
        if dialect == "responses":
            return (client or self.openai).responses.create(model=model, input="hi", store=False, **more)
        return (client or self.openai).chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}], **more)

    def fails(self, dialect, kind, model, **more):
        with self.assertRaises(getattr(anthropic if dialect == "messages" else openai, kind)) as caught:
            self.ask(dialect, model, **more)
        return caught.exception

    def post(self, path, body, **fields):
        connection = http.client.HTTPConnection(signalbox.address.removeprefix("http://"), timeout=60)
        self.addCleanup(connection.close)
        connection.request("POST", path, body, {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"} | fields)
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def message_of(self, dialect, body):
        """The message of an error that has its dialect's shape."""
        if dialect == "messages":
            self.assertEqual(body["type"], "error", body)
            self.assertLessEqual({"type", "message"}, set(body["error"]))
        else:
            self.assertLessEqual({"message", "type", "param", "code"}, set(body["error"]))
        return body["error"]["message"]


class Refusals(ErrorTest):
    def test_an_unknown_model_is_not_found_and_the_chains_are_named(self):
        for dialect in DIALECTS:
            with self.subTest(dialect):
                error = self.fails(dialect, "NotFoundError", "no-such-chain")
                self.assertIn("fine", self.message_of(dialect, error.response.json()))
                self.assertIn("no-such-chain", str(error))

    def test_a_wrong_token_is_an_authentication_error(self):
        for dialect in DIALECTS:
            with self.subTest(dialect):
                client = (self.anthropic if dialect == "messages" else self.openai).with_options(api_key="not-the-token")
                error = self.fails(dialect, "AuthenticationError", "fine", client=client)
                self.assertNotIn("not-the-token", self.message_of(dialect, error.response.json()))
        self.assertEqual(self.statuses, [401] * len(DIALECTS))

    def test_an_endpoint_that_is_not_served_says_so_in_the_shape_of_its_neighbours(self):
        for dialect, path in (("chat", "/v1/images/generations"), ("chat", "/v1/audio/speech"), ("messages", "/v1/messages/batches")):
            with self.subTest(path):
                status, body = self.post(path, "{}")
                self.assertEqual(status, 404)
                self.assertTrue(self.message_of(dialect, body))

    def test_broken_json_is_refused_with_its_place(self):
        for dialect, path in PATHS.items():
            with self.subTest(dialect):
                status, body = self.post(path, '{"model": "fine",\n "messages": [}')
                self.assertEqual(status, 400)
                self.assertTrue(re.search(r"line 2\b.*column 1\d\b", self.message_of(dialect, body)), body)

    def test_a_content_type_other_than_json_is_refused(self):
        for dialect, path in PATHS.items():
            with self.subTest(dialect):
                status, body = self.post(path, '{"model": "fine"}', **{"Content-Type": "text/plain"})
                self.assertEqual(status, 415)
                self.assertIn("application/json", self.message_of(dialect, body))

    def test_an_earlier_response_that_no_step_knows_is_refused(self):
        error = self.fails("responses", "BadRequestError", "said-before", previous_response_id="resp_0")
        self.assertEqual(error.param, "previous_response_id")
        self.assertEqual(upstream.asked_for("ok.said-before"), [])

    def test_an_image_to_a_chain_that_cannot_see_is_refused_before_anything_is_asked(self):
        see = {"chat": {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": pictures.URL}}]}]},
               "responses": {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": pictures.URL}]}]},
               "messages": {"max_tokens": 10, "messages": [{"role": "user", "content": [pictures.BLOCK]}]}}
        for dialect, question in see.items():
            with self.subTest(dialect):
                status, body = self.post(PATHS[dialect], json.dumps(question | {"model": "blind"}))
                self.assertEqual(status, 400)
                self.assertIn("images", self.message_of(dialect, body))
                if dialect != "messages":  # its errors have no code
                    self.assertEqual(body["error"]["code"], "no_step_fits")
        self.assertEqual(upstream.asked_for("ok.blind"), [])


class Failures(ErrorTest):
    def gives_up(self, dialect, other, failure, kind):
        chain = f"{failure}-{dialect}-{other}"
        self.statuses.clear()
        before = len(upstream.seen)
        error = self.fails(dialect, kind, chain)
        self.assertEqual(error.response.headers["x-should-retry"], "false")
        self.assertEqual(len(self.statuses), 1, "the SDK did not multiply the chain")
        self.assertEqual([f"{seen.dialect}:{seen.model}" for seen in upstream.seen[before:]], CHAINS[chain])
        self.message_of(dialect, error.response.json())
        return error

    def test_rate_limits_everywhere_are_a_rate_limit_with_its_wait(self):
        for dialect, other in PAIRS:
            with self.subTest(f"{dialect} to {other}"):
                error = self.gives_up(dialect, other, "limited", "RateLimitError")
                self.assertIn(int(error.response.headers["retry-after"]), range(380, 401))

    def test_failures_everywhere_are_a_server_error(self):
        for dialect, other in PAIRS:
            with self.subTest(f"{dialect} to {other}"):
                self.gives_up(dialect, other, "broken", "APIStatusError" if dialect == "messages" else "InternalServerError")

    def test_a_prompt_that_is_too_long_is_said_in_the_client_s_words(self):
        for dialect, other in PAIRS:
            with self.subTest(f"{dialect} to {other}"):
                error = self.fails(dialect, "BadRequestError", f"too-long-{dialect}-{other}")
                said = self.message_of(dialect, error.response.json())
                if dialect == "messages":
                    self.assertTrue(said.startswith("prompt is too long"), said)
                else:
                    self.assertEqual(error.response.json()["error"]["code"], "context_length_exceeded")

    def test_a_bad_request_ends_at_the_first_step(self):
        for dialect, other in PAIRS:
            with self.subTest(f"{dialect} to {other}"):
                error = self.fails(dialect, "BadRequestError", f"refused-{dialect}-{other}")
                self.assertIn("temperature: must be at most", self.message_of(dialect, error.response.json()))
                self.assertEqual(error.response.json()["error"]["type"], "invalid_request_error")
                self.assertIn(error.response.json()["error"].get("code"), (None, "invalid_value"), "a status is no code")
                self.assertEqual(upstream.asked_for(f"ok.refused-{dialect}-1"), [])

    def test_half_a_stream_ends_in_an_error_and_never_looks_finished(self):
        for dialect, other in PAIRS:
            for failure in ("breaks", "stumbles"):
                with self.subTest(f"{failure}: {dialect} to {other}"):
                    text, ends = self.broken_stream(dialect, f"{failure}-{dialect}-{other}")
                    self.assertTrue(text.startswith("Half of"), text)
                    self.assertEqual(ends, [])

    def broken_stream(self, dialect, chain):
        text, ends = "", []
        with self.assertRaises((openai.APIError, anthropic.APIError)):
            for event in self.ask(dialect, chain, stream=True):
                if dialect == "chat":
                    text += event.choices[0].delta.content or ""
                    ends += [event.choices[0].finish_reason] if event.choices[0].finish_reason else []
                elif dialect == "messages":
                    text += getattr(getattr(event, "delta", None), "text", "")
                    ends += [event.type] if event.type in ("message_delta", "message_stop") else []
                else:
                    text += event.delta if event.type == "response.output_text.delta" else ""
                    ends += [event.type] if event.type in ("response.completed", "response.incomplete") else []
                    if event.type == "response.failed":
                        raise openai.APIError(event.response.error.message, request=None, body=None)
        return text, ends


if __name__ == "__main__":
    unittest.main()
