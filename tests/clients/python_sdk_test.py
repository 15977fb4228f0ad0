# SPDX-License-Identifier: GPL-3.0-or-later
"""The official Python SDK, through Signalbox, to a scripted provider."""

import asyncio
import json
import unittest

import openai

import scenarios
from signalbox_process import TOKEN, UPSTREAM_KEY, Signalbox
from three_logs import Reply, ThreeLogs
from upstream.said import ANSWER_TOKENS, PROMPT_TOKENS
from upstream.server import ScriptedUpstream

CHAINS = scenarios.chains("python")
MESSAGES = [{"role": "user", "content": "Grüezi, wie goht's?"}]
ANSWER = "You said: Grüezi, wie goht's?"
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}}}
TIME = {"type": "function", "function": {"name": "time", "parameters": {"type": "object", "properties": {}}}}
ARGUMENTS = {"city": "Zürich", "days": 3}


def setUpModule():
    global upstream, signalbox
    upstream = unittest.enterModuleContext(ScriptedUpstream())
    signalbox = unittest.enterModuleContext(Signalbox(upstream, CHAINS))


def asked(chain, step=1):
    """What the provider saw from a chain's step."""
    return upstream.asked_for(CHAINS[chain][step - 1][0])


class SdkTest(unittest.TestCase):
    def setUp(self):
        self.replies = []  # of requests that reached a chain
        self.statuses = []
        self.logs = ThreeLogs(self, signalbox, upstream)
        http_client = openai.DefaultHttpxClient(event_hooks={"response": [self.keep]}, trust_env=False)
        self.client = openai.OpenAI(base_url=signalbox.base_url, api_key=TOKEN, http_client=http_client)
        self.addCleanup(self.client.close)

    def tearDown(self):
        self.logs.check(self.replies)

    def keep(self, response):
        self.statuses.append(response.status_code)
        if response.request.method == "POST" and "x-signalbox-chain" in response.headers:
            self.replies.append(Reply(response.headers["x-signalbox-request-id"], response.status_code,
                                      int(response.headers["x-signalbox-attempts"])))

    def ask(self, chain, **more):
        return self.client.chat.completions.create(model=chain, messages=MESSAGES, **more)

    def direct(self, model, **more):
        """The same question without Signalbox; the provider's memory of it is wiped, as it is no part of the test."""
        with openai.OpenAI(base_url=upstream.base_url, api_key="none") as client:
            answer = client.chat.completions.create(model=model, messages=MESSAGES, **more)
            answer = list(answer) if more.get("stream") else answer
        with upstream.lock:
            upstream.seen.remove(next(s for s in reversed(upstream.seen) if s.model == model))
        return answer


class Answers(SdkTest):
    def test_a_chat_answer_is_what_the_provider_said(self):
        answer = self.ask("chat")
        self.assertEqual(answer.choices[0].message.content, ANSWER)
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertEqual(answer.usage.prompt_tokens, PROMPT_TOKENS)
        self.assertEqual(answer, self.direct(CHAINS["chat"][0][0]))

    def test_the_provider_gets_its_own_key_and_never_the_local_token(self):
        self.ask("conversation", extra_headers={"x-secret-of-the-tool": "1"})
        seen = asked("conversation")[0]
        self.assertEqual(seen.headers["Authorization"], f"Bearer {UPSTREAM_KEY}")
        self.assertNotIn(TOKEN, json.dumps(seen.headers) + seen.body.decode())

    def test_a_stream_is_what_the_provider_streamed(self):
        chunks = list(self.ask("stream", stream=True))
        self.assertEqual(chunks, self.direct(CHAINS["stream"][0][0], stream=True))
        self.assertEqual("".join(c.choices[0].delta.content or "" for c in chunks), ANSWER)
        self.assertEqual(chunks[-1].choices[0].finish_reason, "stop")

    def test_a_stream_ends_with_usage_where_it_was_asked_for(self):
        chunks = list(self.ask("usage", stream=True, stream_options={"include_usage": True}))
        self.assertEqual(chunks[-1].choices, [])
        self.assertEqual((chunks[-1].usage.prompt_tokens, chunks[-1].usage.completion_tokens), (PROMPT_TOKENS, ANSWER_TOKENS))

    def test_usage_is_asked_for_and_taken_out_again_where_it_was_not(self):
        chunks = list(self.ask("no-usage", stream=True))
        self.assertTrue(all(chunk.usage is None and chunk.choices for chunk in chunks))
        self.assertTrue(asked("no-usage")[0].answered_usage)

    def test_a_stream_without_its_done_line_is_whole_when_it_gave_a_reason(self):
        chunks = list(self.ask("no-done", stream=True))
        self.assertEqual(chunks[-1].choices[0].finish_reason, "stop")

    def test_twenty_requests_at_once_get_their_own_answers(self):
        async def ask_all():
            # Hooks of the asynchronous client are coroutines.
            async def keep(response):
                self.keep(response)
            http_client = openai.DefaultAsyncHttpxClient(event_hooks={"response": [keep]}, trust_env=False)
            async with openai.AsyncOpenAI(base_url=signalbox.base_url, api_key=TOKEN, http_client=http_client) as client:
                return await asyncio.gather(*(client.chat.completions.create(
                    model="parallel", messages=[{"role": "user", "content": f"number {n}"}]) for n in range(20)))
        answers = asyncio.run(ask_all())
        self.assertEqual([a.choices[0].message.content for a in answers], [f"You said: number {n}" for n in range(20)])


class Tools(SdkTest):
    def test_a_tool_is_called_and_its_result_talked_about(self):
        question = self.ask("tools", tools=[WEATHER], tool_choice="auto")
        self.assertEqual(question.choices[0].finish_reason, "tool_calls")
        call = question.choices[0].message.tool_calls[0]
        self.assertEqual((call.function.name, json.loads(call.function.arguments)), ("weather", ARGUMENTS))
        answer = self.client.chat.completions.create(model="tools", tools=[WEATHER], messages=[
            *MESSAGES, question.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "rain"}])
        self.assertEqual(answer.choices[0].message.content, "You said: rain")

    def test_streamed_tool_calls_come_together_from_their_fragments(self):
        with self.client.chat.completions.stream(model="tools-stream", messages=MESSAGES, tools=[WEATHER, TIME]) as stream:
            for _ in stream:
                pass
            message = stream.get_final_completion().choices[0].message
        self.assertEqual([(c.id, c.function.name, json.loads(c.function.arguments)) for c in message.tool_calls],
                         [("call_0", "weather", ARGUMENTS), ("call_1", "time", ARGUMENTS)])


class Fallback(SdkTest):
    def test_a_whole_answer_hides_that_the_first_step_failed(self):
        for name in scenarios.FAILURES_OF_WHOLE_ANSWERS:
            with self.subTest(name):
                chain = f"whole-{name}"
                answer = self.ask(chain)
                self.assertEqual(answer, self.direct(CHAINS[chain][1][0]))
                self.assertEqual((len(asked(chain, 1)), len(asked(chain, 2))), (1, 1))
        self.assertEqual(set(self.statuses), {200})
        self.assertEqual({reply.attempts for reply in self.replies}, {2})

    def test_a_stream_hides_that_the_first_step_failed(self):
        for name in scenarios.FAILURES_OF_STREAMS:
            with self.subTest(name):
                chain = f"stream-{name}"
                chunks = list(self.ask(chain, stream=True))
                self.assertEqual(chunks, self.direct(CHAINS[chain][1][0], stream=True))
                self.assertEqual((len(asked(chain, 1)), len(asked(chain, 2))), (1, 1))
        self.assertEqual(set(self.statuses), {200})


class BrokenStreams(SdkTest):
    def assert_breaks(self, chain, begins_with):
        text, reasons = "", []
        with self.assertRaises(openai.APIError):
            for chunk in self.ask(chain, stream=True):
                text += chunk.choices[0].delta.content or ""
                reasons.append(chunk.choices[0].finish_reason)
        self.assertEqual(text, begins_with)
        self.assertEqual(set(reasons), {None}, "half an answer never looks finished")
        self.assertEqual(len(self.statuses), 1, "the SDK did not ask again")

    def test_a_cut_in_the_middle_is_an_error_and_not_the_end(self):
        self.assert_breaks("cut-after", "Half of an ans")
        self.assertEqual(asked("cut-after", 2), [], "no other step goes on where content was seen")

    def test_a_body_that_ends_without_the_end_of_the_answer_is_an_error(self):
        self.assert_breaks("closed-after", "Half of an ans")

    def test_an_error_in_the_middle_arrives_as_an_error(self):
        self.assert_breaks("error-after", "Half of an ans")

    def test_a_stream_that_is_closed_early_is_cancelled_at_the_provider(self):
        stream = self.ask("abandoned", stream=True)
        texts = (chunk.choices[0].delta.content for chunk in stream)
        self.assertEqual(next(text for text in texts if text), "Once upon a time ")
        stream.close()
        self.assertTrue(asked("abandoned")[0].client_left.wait(timeout=30))
        self.replies[0].status = 499  # what the row says of a client that left


class Errors(SdkTest):
    def test_a_wrong_token_is_an_authentication_error(self):
        with self.assertRaises(openai.AuthenticationError) as caught:
            self.client.with_options(api_key="not-the-token").chat.completions.create(model="chat", messages=MESSAGES)
        self.assertEqual(caught.exception.status_code, 401)
        self.assertNotIn("not-the-token", str(caught.exception))
        self.assertEqual(self.statuses, [401])

    def test_an_unknown_model_is_not_found_and_the_chains_are_named(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.chat.completions.create(model="no-such-chain", messages=MESSAGES)
        self.assertEqual(caught.exception.code, "model_not_found")
        self.assertIn("chat", str(caught.exception))

    def test_a_bad_request_is_passed_on_as_the_provider_said_it(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.ask("bad-request")
        self.assertEqual((caught.exception.code, caught.exception.param), ("invalid_value", "temperature"))
        self.assertIn("must be at most 2", str(caught.exception))
        self.assertEqual(asked("bad-request", 2), [], "another step would say the same")

    def assert_gives_up_once(self, chain, status, **more):
        with self.assertRaises(openai.APIStatusError) as caught:
            self.ask(chain, **more)
        self.assertEqual(caught.exception.status_code, status)
        self.assertEqual(caught.exception.response.headers["x-should-retry"], "false")
        self.assertEqual(self.statuses, [status], "the SDK did not multiply the chain")
        self.assertEqual([len(asked(chain, step)) for step in range(1, len(CHAINS[chain]) + 1)], [1] * len(CHAINS[chain]))
        return caught.exception

    def test_a_chain_that_fails_is_tried_once_in_all(self):
        error = self.assert_gives_up_once("all-broken", 503)
        for number in (1, 2, 3):
            self.assertIn(f"account{number}", str(error), "the message lists what was tried")

    def test_a_stream_whose_chain_fails_is_a_plain_error(self):
        self.assert_gives_up_once("all-broken-stream", 503, stream=True)

    def test_rate_limits_everywhere_are_a_rate_limit_with_its_wait(self):
        error = self.assert_gives_up_once("all-rate-limited", 429)
        self.assertIsInstance(error, openai.RateLimitError)
        self.assertIn(int(error.response.headers["retry-after"]), range(390, 401))


class Models(SdkTest):
    def test_the_chains_are_the_models(self):
        models = list(self.client.models.list())
        self.assertLessEqual(set(CHAINS), {model.id for model in models})
        self.assertEqual({model.object for model in models}, {"model"})

    def test_one_model_is_found_and_another_is_not(self):
        self.assertEqual(self.client.models.retrieve("chat").id, "chat")
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("no-such-chain")


if __name__ == "__main__":
    unittest.main()
