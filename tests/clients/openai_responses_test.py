# SPDX-License-Identifier: GPL-3.0-or-later
"""The official OpenAI SDK for Python on Responses: answers, streams, tools, reasoning, images, forms."""

import json

import openai

import pictures
import targets
from targets import says
from upstream.said import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, TOOL_ARGUMENTS

QUESTION = "Grüezi, wie goht's?"
ANSWER = "You said: Grüezi, wie goht's?"


def tool(name):
    return {"type": "function", "name": name, "strict": False, "description": f"Tells the {name}", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}}


class Responses:
    def setUp(self):
        super().setUp()
        self.client = openai.OpenAI(base_url=self.root + "/v1", api_key=self.token, max_retries=0,
                                    http_client=openai.DefaultHttpxClient(trust_env=False))
        self.addCleanup(self.client.close)

    def ask(self, input=QUESTION, **more):
        return self.client.responses.create(model=self.model, input=input, store=False, **more)

    def assert_usage(self, usage):
        self.assertEqual((usage.input_tokens, usage.input_tokens_details.cached_tokens, usage.output_tokens, usage.total_tokens),
                         (PROMPT_TOKENS, CACHED_TOKENS, ANSWER_TOKENS, PROMPT_TOKENS + ANSWER_TOKENS))

    def test_an_answer(self):
        answer = self.ask()
        self.assertEqual((answer.output_text, answer.status, answer.object), (ANSWER, "completed", "response"))
        self.assert_usage(answer.usage)

    def test_a_stream(self):
        with self.client.responses.stream(model=self.model, input=QUESTION, store=False) as stream:
            events = list(stream)
            answer = stream.get_final_response()
        self.assertEqual(answer.output_text, ANSWER)
        self.assert_usage(answer.usage)
        kinds = [event.type for event in events]
        self.assertEqual((kinds[0], kinds[-1]), ("response.created", "response.completed"))
        self.assertGreater(kinds.count("response.output_text.delta"), 3, "it comes piece by piece")
        self.assertEqual([event.sequence_number for event in events if hasattr(event, "sequence_number")], list(range(len(events))))

    def test_a_conversation(self):
        self.ask([{"role": "user", "content": "one"},
                  {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "two"}]},
                  {"role": "user", "content": [{"type": "input_text", "text": "three"}]}],
                 instructions="Be brief.", temperature=0.5, max_output_tokens=500, metadata={"a": "b"})
        asked = self.answers[-1]
        self.assertEqual((asked.system, asked.turns, asked.users), ("Be brief.", 1, ["one", "three"]))

    def test_a_tool_is_called_and_its_result_talked_about(self):
        question = self.ask(tools=[tool("weather")])
        call = next(item for item in question.output if item.type == "function_call")
        self.assertEqual((call.name, json.loads(call.arguments)), ("weather", TOOL_ARGUMENTS))
        answer = self.ask([{"role": "user", "content": QUESTION}, *question.output,
                           {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}], tools=[tool("weather")])
        self.assertEqual(answer.output_text, "You said: rain")

    def test_two_tools_at_once_in_a_stream(self):
        tools = [tool("weather"), tool("time")]
        with self.client.responses.stream(model=self.model, input=QUESTION, store=False, tools=tools) as stream:
            for _ in stream:
                pass
            answer = stream.get_final_response()
        calls = [item for item in answer.output if item.type == "function_call"]
        self.assertEqual([(call.name, json.loads(call.arguments)) for call in calls],
                         [("weather", TOOL_ARGUMENTS), ("time", TOOL_ARGUMENTS)])
        self.assertEqual(len({call.call_id for call in calls}), 2)
        results = [{"type": "function_call_output", "call_id": call.call_id, "output": result}
                   for call, result in zip(calls, ("rain", "noon"))]
        replayed = [{"type": "function_call", "call_id": call.call_id, "name": call.name, "arguments": call.arguments} for call in calls]
        self.assertEqual(self.ask([{"role": "user", "content": QUESTION}, *replayed, *results], tools=tools).output_text,
                         "You said: noon")
        self.assertEqual(self.answers[-1].results, ["rain", "noon"])

    @says("thinks")
    def test_thoughts_around_a_tool(self):
        more = {"include": ["reasoning.encrypted_content"], "reasoning": {"effort": "low", "summary": "auto"}, "tools": [tool("weather")]}
        with self.client.responses.stream(model=self.model, input=QUESTION, store=False, **more) as stream:
            for _ in stream:
                pass
            question = stream.get_final_response()
        self.assertEqual([item.type for item in question.output], ["reasoning", "function_call"])
        self.assertEqual(question.output[0].summary[0].text, "Let me think.")
        items = [item.model_dump(exclude_none=True) for item in question.output]
        for item in items:
            item.pop("parsed_arguments", None)
        answer = self.ask([{"role": "user", "content": QUESTION}, *items, {
            "type": "function_call_output", "call_id": question.output[1].call_id, "output": "rain"}], **more)
        self.assertEqual(answer.output_text, "You said: rain")

    @says("sees")
    def test_an_image(self):
        answer = self.ask([{"role": "user", "content": [{"type": "input_image", "image_url": pictures.URL, "detail": "low"},
                                                        {"type": "input_text", "text": "What is this?"}]}])
        self.assertEqual(answer.output_text, "I see 1 images")

    def test_an_answer_in_a_form(self):
        self.assertEqual(self.ask(text={"format": {"type": "json_schema", "name": "form", "strict": True, "schema": {
            "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}}}).output_text,
            ANSWER)


targets.both_ways(globals(), Responses, "responses")
