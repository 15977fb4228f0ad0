# SPDX-License-Identifier: GPL-3.0-or-later
"""The official OpenAI SDK for Python on Chat Completions, answered in other dialects."""

import json

import openai

import pictures
import targets
from openai_responses_test import ANSWER, QUESTION
from openai_responses_test import tool as flat_tool
from targets import says
from upstream.said import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, TOOL_ARGUMENTS

MESSAGES = [{"role": "user", "content": QUESTION}]


def tool(name):
    function = {member: value for member, value in flat_tool(name).items() if member not in ("type", "strict")}
    return {"type": "function", "function": function}


class Chat:
    def setUp(self):
        super().setUp()
        self.client = openai.OpenAI(base_url=self.root + "/v1", api_key=self.token, max_retries=0,
                                    http_client=openai.DefaultHttpxClient(trust_env=False))
        self.addCleanup(self.client.close)

    def ask(self, messages=MESSAGES, **more):
        return self.client.chat.completions.create(model=self.model, messages=messages, **more)

    def assert_usage(self, usage):
        self.assertEqual((usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens, usage.completion_tokens, usage.total_tokens),
                         (PROMPT_TOKENS, CACHED_TOKENS, ANSWER_TOKENS, PROMPT_TOKENS + ANSWER_TOKENS))

    def test_an_answer(self):
        answer = self.ask()
        self.assertEqual((answer.choices[0].message.content, answer.choices[0].finish_reason), (ANSWER, "stop"))
        self.assert_usage(answer.usage)

    def test_a_stream(self):
        chunks = list(self.ask(stream=True, stream_options={"include_usage": True}))
        self.assertEqual("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), ANSWER)
        self.assertEqual([chunk.choices[0].finish_reason for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason], ["stop"])
        self.assertEqual(len({(chunk.id, chunk.object) for chunk in chunks}), 1)
        self.assert_usage(chunks[-1].usage)
        self.assertEqual(chunks[-1].choices, [])

    def test_a_conversation(self):
        raw = self.client.chat.completions.with_raw_response.create(
            model=self.model, temperature=0.5, stop=["END"], max_tokens=500, seed=7, messages=[
                {"role": "system", "content": "Be brief."}, {"role": "user", "content": "one"},
                {"role": "assistant", "content": "two"}, {"role": "user", "content": [{"type": "text", "text": "three"}]}])
        if self.target in ("messages", "responses"):
            self.assertIn("seed", raw.headers["x-signalbox-dropped"], "what the other dialect cannot say is not kept secret")
        asked = self.answers[-1]
        self.assertEqual((asked.system, asked.turns, asked.users), ("Be brief.", 1, ["one", "three"]))

    def test_a_tool_is_called_and_its_result_talked_about(self):
        question = self.ask(tools=[tool("weather")], tool_choice="auto", parallel_tool_calls=False)
        self.assertEqual(question.choices[0].finish_reason, "tool_calls")
        call = question.choices[0].message.tool_calls[0]
        self.assertEqual((call.function.name, json.loads(call.function.arguments)), ("weather", TOOL_ARGUMENTS))
        answer = self.ask([*MESSAGES, question.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "rain"}],
                          tools=[tool("weather")])
        self.assertEqual(answer.choices[0].message.content, "You said: rain")

    def test_a_signed_call_comes_back_signed(self):
        """Gemini 3 refuses calls of its own that come back without their signature; no SDK keeps a member for it."""
        self.test_a_tool_is_called_and_its_result_talked_about()

    def test_two_tools_at_once_in_a_stream(self):
        tools = [tool("weather"), tool("time")]
        with self.client.chat.completions.stream(model=self.model, messages=MESSAGES, tools=tools) as stream:
            for _ in stream:
                pass
            message = stream.get_final_completion().choices[0].message
        self.assertEqual([(call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls],
                         [("weather", TOOL_ARGUMENTS), ("time", TOOL_ARGUMENTS)])
        calls = [{"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": call.function.arguments}}
                 for call in message.tool_calls]
        results = [{"role": "tool", "tool_call_id": call["id"], "content": result} for call, result in zip(calls, ("rain", "noon"))]
        answer = self.ask([*MESSAGES, {"role": "assistant", "tool_calls": calls}, *results], tools=tools)
        self.assertEqual(answer.choices[0].message.content, "You said: noon")
        self.assertEqual(self.answers[-1].results, ["rain", "noon"])

    def test_a_tool_that_must_be_called(self):
        answer = self.ask(tools=[tool("weather"), tool("time")], tool_choice={"type": "function", "function": {"name": "weather"}})
        self.assertEqual(answer.choices[0].finish_reason, "tool_calls")

    @says("thinks")
    def test_thoughts_do_not_get_into_the_text(self):
        answer = self.ask(reasoning_effort="low")
        self.assertEqual(answer.choices[0].message.content, ANSWER)

    @says("sees")
    def test_an_image(self):
        answer = self.ask([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": pictures.URL, "detail": "low"}},
                                                        {"type": "text", "text": "What is this?"}]}])
        self.assertEqual(answer.choices[0].message.content, "I see 1 images")

    def test_an_answer_in_a_form(self):
        self.assertEqual(self.ask(response_format={"type": "json_schema", "json_schema": {
            "name": "form", "strict": True, "schema": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"],
                                                       "additionalProperties": False}}}).choices[0].message.content, ANSWER)


targets.both_ways(globals(), Chat, "chat")
