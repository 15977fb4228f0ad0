# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenAI Embeddings and legacy Completions: what passes through without another dialect."""

import base64
import struct

from .chat import USAGE, error, refusal
from .said import PROMPT_TOKENS, Asked
from .strict import choice, kind, members, optional, require

__all__ = ["Completions", "Embeddings"]
VECTOR = (0.5, -0.25, 0.125)


class Embeddings:
    NAME = "embeddings"
    error, refusal = staticmethod(error), staticmethod(refusal)

    @staticmethod
    def check(body, headers, path):
        members(body, "", ("model", "input"), ("encoding_format", "dimensions", "user"))
        optional(body, "encoding_format", choice, ("float", "base64"))
        texts = kind(body["input"], "input", str, list)
        require(texts, "Invalid 'input': empty", "input")
        one = isinstance(texts, str) or isinstance(texts[0], int)
        return Asked(body["model"], input_count=1 if one else len(texts), body=body)

    @staticmethod
    def whole(asked, said):
        def vector(index):
            value = [part + index for part in VECTOR]
            packed = asked.body.get("encoding_format") == "base64"
            return base64.b64encode(struct.pack("<3f", *value)).decode() if packed else value
        return {"object": "list", "model": asked.model + "-2026-01-01",
                "data": [{"object": "embedding", "index": at, "embedding": vector(at)} for at in range(asked.input_count)],
                "usage": {"prompt_tokens": PROMPT_TOKENS, "total_tokens": PROMPT_TOKENS}}


class Completions:
    NAME = "completions"
    error, refusal = staticmethod(error), staticmethod(refusal)

    @staticmethod
    def check(body, headers, path):
        members(body, "", ("model", "prompt"), ("suffix", "max_tokens", "temperature", "top_p", "n", "stream", "stream_options",
                                                "stop", "echo", "seed", "user", "presence_penalty", "frequency_penalty"))
        prompt = kind(body["prompt"], "prompt", str)
        return Asked(body["model"], bool(body.get("stream")), last=prompt, body=body,
                     include_usage=bool((body.get("stream_options") or {}).get("include_usage")))

    @staticmethod
    def whole(asked, said, text=None, finish="stop"):
        return {"id": "cmpl-1", "object": "text_completion", "created": 1760000000, "model": asked.model + "-2026-01-01",
                "choices": [{"index": 0, "text": said.text if text is None else text, "logprobs": None, "finish_reason": finish}],
                "usage": USAGE}

    class Stream:
        def __init__(self, asked):
            self.asked = asked

        def opening(self, said=None):
            return []

        def text(self, parts):
            return [(None, Completions.whole(self.asked, None, part, None) | {"usage": None}) for part in parts]

        def closing(self, said, done=True):
            yield None, Completions.whole(self.asked, None, "", "stop") | {"usage": None}
            if self.asked.include_usage:
                yield None, Completions.whole(self.asked, None, "", None) | {"choices": []}
            if done:
                yield None, "[DONE]"

        def error(self, what):
            return [(None, error(what)[1])]
