# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripted provider refuses what the real ones refuse: else a wrong translation would go unseen."""

import copy
import json
import unittest
import urllib.error
import urllib.request

from upstream.messages import SIGNATURE
from upstream.server import ScriptedUpstream

BEARER = {"Authorization": "Bearer k"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CHAT = {"model": "ok.x", "messages": [{"role": "user", "content": "hi"}]}
RESPONSES = {"model": "ok.x", "input": [{"role": "user", "content": "hi"}]}
MESSAGES = {"model": "ok.x", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]}
GEMINI = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
KINDS = {  # dialect -> path, fields, a request that is right
    "chat": ("/v1/chat/completions", BEARER, CHAT),
    "responses": ("/v1/responses", BEARER, RESPONSES),
    "messages": ("/v1/messages", {"x-api-key": "k", "anthropic-version": "2023-06-01"}, MESSAGES),
    "gemini": ("/v1beta/models/ok.x:generateContent", {"x-goog-api-key": "k"}, GEMINI),
}
FUNCTION = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}
TOOL = {"name": "f", "input_schema": {"type": "object", "properties": {}}}
USE = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}
USER = {"role": "user", "content": "hi"}
TURN = GEMINI["contents"][0]
GEMINI_CALL = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}

WRONG = {  # dialect -> what is wrong -> what makes it so
    "chat": {
        "an unknown field": {"top_k": 3},
        "an unknown role": {"messages": [{"role": "model", "content": "hi"}]},
        "another dialect's parts": {"messages": [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]},
        "a call without its result": {"messages": [USER, {"role": "assistant", "tool_calls": [CALL]}, USER]},
        "a result without its call": {"messages": [USER, {"role": "tool", "tool_call_id": "call_1", "content": "x"}]},
        "arguments that are an object": {"messages": [USER, {"role": "assistant", "tool_calls": [
            CALL | {"function": {"name": "f", "arguments": {}}}]}, {"role": "tool", "tool_call_id": "call_1", "content": "x"}]},
        "a choice without tools": {"tool_choice": "auto"},
        "a flat tool": {"tools": [FUNCTION]},
        "two limits": {"max_tokens": 5, "max_completion_tokens": 5},
        "options of a stream that is none": {"stream_options": {"include_usage": True}},
        "strict without its schema": {"tools": [{"type": "function", "function": {
            "name": "f", "strict": True, "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}}]},
        "five stops": {"stop": ["a", "b", "c", "d", "e"]},
    },
    "responses": {
        "an unknown field": {"stop": ["x"]},
        "too few tokens": {"max_output_tokens": 5},
        "a nested tool": {"tools": [{"type": "function", "function": {"name": "f"}}]},
        "input text of the assistant": {"input": [{"role": "assistant", "content": [{"type": "input_text", "text": "hi"}]}]},
        "a call without its output": {"input": [USER, {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}]},
        "an output without its call": {"input": [USER, {"type": "function_call_output", "call_id": "c", "output": "x"}]},
        "an id of another kind": {"input": [{"type": "message", "id": "call_1", "role": "user", "content": "hi"}]},
        "foreign thoughts": {"input": [USER, {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "other"}, USER]},
        "an earlier response": {"previous_response_id": "resp_1"},
        "a tool role": {"input": [{"role": "tool", "content": "x"}]},
    },
    "messages": {
        "no limit": {"max_tokens": None},
        "an unknown field": {"n": 1},
        "a system role": {"messages": [{"role": "system", "content": "x"}, USER]},
        "the assistant first": {"messages": [{"role": "assistant", "content": "x"}]},
        "an empty text": {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
        "a call without its result": {"messages": [USER, {"role": "assistant", "content": [USE]}, USER]},
        "a result without its call": {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t"}]}]},
        "a result after the text": {"messages": [USER, {"role": "assistant", "content": [USE]}, {"role": "user", "content": [
            {"type": "text", "text": "x"}, {"type": "tool_result", "tool_use_id": "toolu_1"}]}]},
        "a foreign signature": {"messages": [USER, {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "x", "signature": "other"}, {"type": "text", "text": "y"}]}, USER]},
        "too warm": {"temperature": 1.5},
        "a choice without tools": {"tool_choice": {"type": "auto"}},
        "a choice that is a string": {"tools": [TOOL], "tool_choice": "auto"},
        "a call id with a colon": {"messages": [USER, {"role": "assistant", "content": [USE | {"id": "functions.f:0"}]}, {
            "role": "user", "content": [{"type": "tool_result", "tool_use_id": "functions.f:0"}]}]},
        "a field of a beta": {"context_management": {"edits": []}},
    },
    "gemini": {
        "an unknown field": {"messages": []},
        "an assistant": {"contents": [{"role": "assistant", "parts": [{"text": "hi"}]}]},
        "no parts": {"contents": [{"role": "user", "parts": []}]},
        "a schema with what it does not know": {"tools": [{"functionDeclarations": [{"name": "f", "parameters": {
            "type": "OBJECT", "properties": {}, "additionalProperties": False}}]}]},
        "a call without its response": {"contents": [TURN, GEMINI_CALL, TURN]},
        "a response that is a string": {"contents": [TURN, GEMINI_CALL, {"role": "user", "parts": [
            {"functionResponse": {"name": "f", "response": "x"}}]}]},
        "a response to another": {"contents": [TURN, GEMINI_CALL, {"role": "user", "parts": [
            {"functionResponse": {"name": "g", "response": {"result": "x"}}}]}]},
        "names without the mode": {"toolConfig": {"functionCallingConfig": {"mode": "AUTO", "allowedFunctionNames": ["f"]}}},
        "a stop in the wrong place": {"stopSequences": ["x"]},
    },
}
RIGHT = {
    "chat": {"messages": [USER, {"role": "assistant", "content": None, "tool_calls": [CALL]},
                          {"role": "tool", "tool_call_id": "call_1", "content": "rain"}]},
    "responses": {"input": [USER, {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                            {"type": "function_call_output", "call_id": "c", "output": "rain"}]},
    "messages": {"messages": [USER, {"role": "assistant", "content": [{"type": "thinking", "thinking": "", "signature": SIGNATURE}, USE]},
                              {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "rain"}]}]},
    "gemini": {"contents": [TURN, GEMINI_CALL, {"role": "user", "parts": [
        {"functionResponse": {"name": "f", "response": {"result": "rain"}}}]}]},
}


class Strictness(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.upstream = cls.enterClassContext(ScriptedUpstream())

    def post(self, dialect, changes, fields=None, path=None):
        known, wanted, body = KINDS[dialect]
        body = {name: value for name, value in (copy.deepcopy(body) | changes).items() if value is not None}
        request = urllib.request.Request(self.upstream.root + (path or known), json.dumps(body).encode(),
                                         {"Content-Type": "application/json"} | (wanted if fields is None else fields))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def test_what_is_right_is_answered(self):
        for dialect in KINDS:
            for name, changes in {"question": {}, "tool loop": RIGHT[dialect]}.items():
                with self.subTest(f"{dialect}: {name}"):
                    status, content = self.post(dialect, changes)
                    self.assertEqual(status, 200, content)
                    self.assertIn(b"You said: rain" if changes else b"You said: hi", content)

    def test_what_is_wrong_is_refused(self):
        for dialect, cases in WRONG.items():
            for name, changes in cases.items():
                with self.subTest(f"{dialect}: {name}"):
                    status, content = self.post(dialect, changes)
                    self.assertEqual(status, 400, content)
                    self.assertIn("error", json.loads(content))

    def test_a_request_without_its_key_or_version_is_refused(self):
        for dialect in KINDS:
            with self.subTest(dialect):
                self.assertEqual(self.post(dialect, {}, fields={})[0], 400)
        self.assertEqual(self.post("messages", {}, fields={"x-api-key": "k"})[0], 400)
        self.assertEqual(self.post("messages", {}, fields=KINDS["messages"][1] | {"anthropic-beta": "no-such-beta-2026-01-01"})[0], 400)
        newer = KINDS["messages"][1] | {"anthropic-version": "2026-10-21"}
        self.assertEqual([self.post("messages", {"temperature": value}, fields=newer)[0] for value in (None, 0.5)], [200, 400])

    def test_gemini_streams_in_events(self):
        status, content = self.post("gemini", {}, path="/v1beta/models/ok.x:streamGenerateContent?alt=sse")
        events = [json.loads(event.removeprefix("data: ")) for event in content.decode().split("\n\n") if event]
        text = "".join(part["text"] for event in events for part in event["candidates"][0].get("content", {"parts": []})["parts"])
        self.assertEqual((status, text, events[-1]["candidates"][0]["finishReason"]), (200, "You said: hi", "STOP"))


if __name__ == "__main__":
    unittest.main()
