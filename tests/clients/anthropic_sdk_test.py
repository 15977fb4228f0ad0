# SPDX-License-Identifier: GPL-3.0-or-later
"""The official Anthropic SDK for Python: messages, streams, tools, thinking, images, counting."""

import anthropic

import pictures
import targets
from targets import says
from upstream.said import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, TOOL_ARGUMENTS

QUESTION = [{"role": "user", "content": "Grüezi, wie goht's?"}]
ANSWER = "You said: Grüezi, wie goht's?"


def tool(name):
    return {"name": name, "description": f"Tells the {name}", "input_schema": {
        "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}}


class Messages:
    def setUp(self):
        super().setUp()
        self.client = anthropic.Anthropic(base_url=self.root, api_key=self.token, max_retries=0,
                                          http_client=anthropic.DefaultHttpxClient(trust_env=False))
        self.addCleanup(self.client.close)

    def ask(self, messages=QUESTION, **more):
        return self.client.messages.create(model=self.model, max_tokens=1000, messages=messages, **more)

    def assert_usage(self, usage):
        self.assertEqual((usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens),
                         (PROMPT_TOKENS - CACHED_TOKENS, CACHED_TOKENS, ANSWER_TOKENS))

    def test_an_answer(self):
        answer = self.ask()
        self.assertEqual([(block.type, block.text) for block in answer.content], [("text", ANSWER)])
        self.assertEqual((answer.stop_reason, answer.role, answer.type), ("end_turn", "assistant", "message"))
        self.assert_usage(answer.usage)

    def test_a_stream(self):
        with self.client.messages.stream(model=self.model, max_tokens=1000, messages=QUESTION) as stream:
            kinds = [event.type for event in stream]
            answer = stream.get_final_message()
        self.assertEqual(answer.content[0].text, ANSWER)
        self.assertEqual(answer.stop_reason, "end_turn")
        self.assert_usage(answer.usage)
        self.assertEqual((kinds[0], kinds[-1]), ("message_start", "message_stop"))
        self.assertGreater(kinds.count("content_block_delta"), 3, "it comes piece by piece")

    def test_a_conversation(self):
        self.ask([{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"},
                  {"role": "user", "content": [{"type": "text", "text": "three", "cache_control": {"type": "ephemeral"}}]}],
                 system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
                 stop_sequences=["END"], metadata={"user_id": "u-1"})
        asked = self.answers[-1]
        self.assertEqual((asked.system, asked.turns, asked.users), ("Be brief.", 1, ["one", "three"]))

    def test_a_tool_is_called_and_its_result_talked_about(self):
        question = self.ask(tools=[tool("weather")])
        self.assertEqual(question.stop_reason, "tool_use")
        call = next(block for block in question.content if block.type == "tool_use")
        self.assertEqual((call.name, call.input), ("weather", TOOL_ARGUMENTS))
        self.assertRegex(call.id, r"^[a-zA-Z0-9_-]+$")
        answer = self.ask([*QUESTION, {"role": "assistant", "content": question.content},
                           {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "rain"}]}],
                          tools=[tool("weather")])
        self.assertEqual(answer.content[0].text, "You said: rain")

    def test_a_signed_call_comes_back_signed(self):
        """Gemini 3 refuses calls of its own that come back without their signature; no SDK keeps a member for it."""
        self.test_a_tool_is_called_and_its_result_talked_about()

    def test_two_tools_at_once_in_a_stream(self):
        tools = [tool("weather"), tool("time")]
        with self.client.messages.stream(model=self.model, max_tokens=1000, messages=QUESTION, tools=tools) as stream:
            for _ in stream:
                pass
            message = stream.get_final_message()
        calls = [block for block in message.content if block.type == "tool_use"]
        self.assertEqual([(call.name, call.input) for call in calls], [("weather", TOOL_ARGUMENTS), ("time", TOOL_ARGUMENTS)])
        self.assertEqual(len({call.id for call in calls}), 2)
        answer = self.ask([*QUESTION, {"role": "assistant", "content": message.content}, {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": calls[0].id, "content": [{"type": "text", "text": "rain"}]},
            {"type": "tool_result", "tool_use_id": calls[1].id, "content": "noon", "is_error": True},
            {"type": "text", "text": "and now?"}]}], tools=tools)
        self.assertIn("You said: ", answer.content[0].text)
        self.assertIn("rain", self.answers[-1].results if self.dialect == self.target else str(self.answers[-1].body))

    def test_a_tool_that_must_be_called(self):
        answer = self.ask(tools=[tool("weather"), tool("time")],
                          tool_choice={"type": "tool", "name": "weather", "disable_parallel_tool_use": True})
        self.assertEqual(answer.stop_reason, "tool_use")

    @says("sees")
    def test_an_image(self):
        answer = self.ask([{"role": "user", "content": [
            pictures.BLOCK, {"type": "text", "text": "What is this?"}]}])
        self.assertEqual(answer.content[0].text, "I see 1 images")

    @says("thinks")
    def test_thoughts_around_a_tool(self):
        thinking = {"type": "enabled", "budget_tokens": 1024}
        with self.client.messages.stream(model=self.model, max_tokens=4000, messages=QUESTION, thinking=thinking,
                                         tools=[tool("weather")]) as stream:
            for _ in stream:
                pass
            message = stream.get_final_message()
        self.assertEqual([block.type for block in message.content], ["thinking", "tool_use"])
        self.assertEqual(message.content[0].thinking, "Let me think.")
        answer = self.client.messages.create(
            model=self.model, max_tokens=4000, thinking=thinking, tools=[tool("weather")],
            messages=[*QUESTION, {"role": "assistant", "content": message.content}, {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": message.content[1].id, "content": "rain"}]}])
        self.assertEqual(answer.content[-1].text, "You said: rain")

    def test_an_answer_in_a_form(self):
        answer = self.ask(output_config={"format": {"type": "json_schema", "schema": {
            "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}}})
        self.assertEqual(answer.content[0].text, ANSWER)


targets.both_ways(globals(), Messages, "messages")
