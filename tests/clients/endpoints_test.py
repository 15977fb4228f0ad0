# SPDX-License-Identifier: GPL-3.0-or-later
"""What is served beside conversations: models, embeddings, legacy completions, token counts."""

import http.client
import json
import unittest

import anthropic
import openai
from langchain_openai import OpenAIEmbeddings

from signalbox_process import TOKEN, Signalbox
from upstream.embeddings import VECTOR
from upstream.said import PROMPT_TOKENS
from upstream.server import ScriptedUpstream

MODELS = {"embed": "ok.embed", "complete": "ok.complete", "count": "messages:ok.count", "count-elsewhere": "chat:ok.count-elsewhere"}


class Endpoints:
    def setUp(self):
        self.openai = openai.OpenAI(base_url=self.root + "/v1", api_key=TOKEN, max_retries=0,
                                    http_client=openai.DefaultHttpxClient(trust_env=False))
        self.anthropic = anthropic.Anthropic(base_url=self.root, api_key=TOKEN, max_retries=0,
                                             http_client=anthropic.DefaultHttpxClient(trust_env=False))
        self.addCleanup(self.openai.close)
        self.addCleanup(self.anthropic.close)

    def test_embeddings_come_as_numbers_and_packed(self):
        expected = [list(VECTOR), [part + 1 for part in VECTOR]]
        for more in ({}, {"encoding_format": "float"}, {"encoding_format": "base64"}):
            with self.subTest(more):
                answer = self.openai.embeddings.create(model=self.model("embed"), input=["one", "two"], **more)
                if more.get("encoding_format") != "base64":
                    self.assertEqual([item.embedding for item in answer.data], expected)
                self.assertEqual((len(answer.data), answer.usage.prompt_tokens), (2, PROMPT_TOKENS))

    def test_langchain_embeds(self):
        model = OpenAIEmbeddings(model=self.model("embed"), base_url=self.root + "/v1", api_key=TOKEN, check_embedding_ctx_length=False)
        self.assertEqual(model.embed_query("one"), list(VECTOR))

    def test_legacy_completions(self):
        ask = {"model": self.model("complete"), "prompt": "def f(", "suffix": ")", "max_tokens": 10}
        self.assertEqual(self.openai.completions.create(**ask).choices[0].text, "You said: def f(")
        chunks = list(self.openai.completions.create(**ask, stream=True))
        self.assertEqual("".join(chunk.choices[0].text for chunk in chunks if chunk.choices), "You said: def f(")

    def test_models_in_the_shape_of_each_sdk(self):
        for client in (self.openai, self.anthropic):
            with self.subTest(type(client).__module__):
                # Claude Code keeps only models that are named like Claude: the chains are listed to it under such names.
                self.assertIn(self.listed, {model.id.removeprefix("claude-") for model in client.models.list()})
        self.assertEqual({model.type for model in self.anthropic.models.list()}, {"model"})

    def test_tokens_are_counted(self):
        count = self.anthropic.messages.count_tokens(
            model=self.model("count"), system="Be brief.", messages=[{"role": "user", "content": "hi"}],
            tools=[{"name": "weather", "input_schema": {"type": "object", "properties": {}}}])
        self.assertEqual(count.input_tokens, PROMPT_TOKENS)


class Direct(Endpoints, unittest.TestCase):
    listed = "ok.listed"

    @classmethod
    def setUpClass(cls):
        cls.upstream = cls.enterClassContext(ScriptedUpstream())
        cls.root = cls.upstream.root

    def model(self, name):
        return MODELS[name].split(":")[-1]


class Through(Endpoints, unittest.TestCase):
    listed = "embed"

    @classmethod
    def setUpClass(cls):
        cls.upstream = cls.enterClassContext(ScriptedUpstream())
        cls.root = cls.enterClassContext(Signalbox(cls.upstream, {chain: [model] for chain, model in MODELS.items()})).address

    def model(self, name):
        return name

    def tearDown(self):
        self.assertEqual(self.upstream.refusals(), [])

    def test_one_model_is_found_by_each_sdk_and_another_is_not(self):
        for client, kind in ((self.openai, openai.NotFoundError), (self.anthropic, anthropic.NotFoundError)):
            with self.subTest(type(client).__module__):
                self.assertEqual(client.models.retrieve("embed").id.removeprefix("claude-"), "embed")
                with self.assertRaises(kind):
                    client.models.retrieve("no-such-chain")

    def get(self, method, path, **fields):
        connection = http.client.HTTPConnection(self.root.removeprefix("http://"), timeout=60)
        self.addCleanup(connection.close)
        connection.request(method, path, headers={"Authorization": f"Bearer {TOKEN}"} | fields)
        response = connection.getresponse()
        return response.status, response.read()

    def test_the_probes_of_claude_code_are_answered(self):
        self.assertEqual(self.get("HEAD", "/"), (200, b""))
        self.assertEqual(self.get("GET", "/api/hello")[0], 200)

    def test_the_models_in_the_shape_of_codex(self):
        status, content = self.get("GET", "/v1/models?client_version=0.169.0")
        self.assertEqual(status, 200)
        self.assertLessEqual({"embed", "count"}, {model["slug"] for model in json.loads(content)["models"]})

    def test_a_web_socket_is_refused_in_the_way_that_codex_understands_at_once(self):
        fields = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
        self.assertEqual(self.get("GET", "/v1/responses", **fields)[0], 426)

    def test_tokens_are_estimated_where_the_provider_cannot_count(self):
        count = [self.anthropic.messages.count_tokens(model="count-elsewhere", messages=[{"role": "user", "content": "word " * words}])
                 for words in (10, 1000)]
        self.assertGreater(count[0].input_tokens, 0)
        self.assertGreater(count[1].input_tokens, 50 * count[0].input_tokens // 2)


if __name__ == "__main__":
    unittest.main()
