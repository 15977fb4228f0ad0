# SPDX-License-Identifier: GPL-3.0-or-later
"""LangChain's chat models: ChatOpenAI on Chat and on Responses, ChatAnthropic on Messages."""

from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

import targets
from upstream.said import ANSWER_TOKENS, PROMPT_TOKENS, TOOL_ARGUMENTS

QUESTION = [SystemMessage("Be brief."), HumanMessage("Grüezi, wie goht's?")]
ANSWER = "You said: Grüezi, wie goht's?"


@tool
def weather(city: str, days: int) -> str:
    """Tells the weather."""
    return "rain"


class Models:
    def assert_usage(self, usage):
        self.assertEqual((usage["input_tokens"], usage["output_tokens"]), (PROMPT_TOKENS, ANSWER_TOKENS))

    def test_an_answer(self):
        answer = self.chat_model().invoke(QUESTION)
        self.assertEqual(answer.text, ANSWER)
        self.assert_usage(answer.usage_metadata)

    def test_a_stream(self):
        whole = None
        for chunk in self.chat_model().stream(QUESTION):
            whole = chunk if whole is None else whole + chunk
        self.assertEqual(whole.text, ANSWER)
        self.assert_usage(whole.usage_metadata)

    def test_a_tool_is_called_and_its_result_talked_about(self):
        model = self.chat_model().bind_tools([weather])
        question = model.invoke(QUESTION)
        call = question.tool_calls[0]
        self.assertEqual((call["name"], call["args"]), ("weather", TOOL_ARGUMENTS))
        answer = model.invoke([*QUESTION, question, ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"])])
        self.assertEqual(answer.text, "You said: rain")

    def test_a_tool_in_a_stream(self):
        whole = None
        for chunk in self.chat_model().bind_tools([weather], tool_choice="any").stream(QUESTION):
            whole = chunk if whole is None else whole + chunk
        self.assertEqual([(call["name"], call["args"]) for call in whole.tool_calls], [("weather", TOOL_ARGUMENTS)])


class OpenAi(Models):
    def chat_model(self, **more):
        return ChatOpenAI(model=self.model, base_url=self.root + "/v1", api_key=self.token, max_retries=0, stream_usage=True, **more)


class OpenAiResponses(OpenAi):
    def chat_model(self):
        return super().chat_model(use_responses_api=True)


class Anthropic(Models):
    def chat_model(self):
        return ChatAnthropic(model=self.model, base_url=self.root, api_key=self.token, max_retries=0, max_tokens=1000)


targets.both_ways(globals(), OpenAi, "chat", ("chat", "messages"))
targets.both_ways(globals(), OpenAiResponses, "responses", ("responses", "chat"))
targets.both_ways(globals(), Anthropic, "messages", ("messages", "chat"))
