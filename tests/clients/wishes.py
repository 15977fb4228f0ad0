# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that are legal where they come from, and odd elsewhere: name -> body, by the client's dialect."""

import pictures

SCHEMA = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["city"], "additionalProperties": False,
          "properties": {"city": {"type": "string", "format": "city", "minLength": 1}, "days": {"type": ["integer", "null"], "exclusiveMinimum": 0},
                         "deep": {"$ref": "#/$defs/d"}, "any": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                         "list": {"type": "array", "items": {"type": "object", "properties": {"x": {"const": 1}}}}},
          "$defs": {"d": {"type": "object", "properties": {"y": {"type": "number"}}}}}
PDF = "data:application/pdf;base64,JVBERi0xLjQK"
LONG = "x" * 100  # of a tool's name: Messages takes 128 characters, the others 64


def said(role, *content):
    return {"role": role, "content": content[0] if len(content) == 1 and isinstance(content[0], str) else list(content)}


def text(words):
    return {"type": "text", "text": words}


# Chat

def function(name, schema=SCHEMA):
    return {"type": "function", "function": {"name": name, "parameters": schema}}


def called(call, arguments="{}", **more):
    return {"role": "assistant", "tool_calls": [{"id": call, "type": "function", "function": {"name": "w", "arguments": arguments}}]} | more


def result(call, content="r"):
    return {"role": "tool", "tool_call_id": call, "content": content}


A, B = said("user", "a"), said("assistant", "b")
CHAT = {
    "sampling": {"messages": [A], "temperature": 1.7, "top_p": 0.9, "frequency_penalty": 0.5, "presence_penalty": -0.5, "seed": 7,
                 "stop": ["a", "b", "c", "d"], "user": "u", "max_tokens": 5, "logit_bias": {"50": -100}, "n": 1},
    "effort": {"messages": [A], "max_completion_tokens": 100, "reasoning_effort": "xhigh", "verbosity": "low", "metadata": {"a": "b"}},
    "system-in-the-middle": {"messages": [A, B, said("system", "mid"), said("user", "c")]},
    "system-at-the-end": {"messages": [A, B, said("system", "end")]},
    "nothing-but-system": {"messages": [said("system", "only")]},
    "the-model-first": {"messages": [B, A]},
    "the-model-last": {"messages": [A, said("assistant", "The answer is")]},
    "twice-in-a-row": {"messages": [A, A, B, B, A]},
    "empty-words": {"messages": [A, said("assistant", ""), said("user", "")]},
    "results-out-of-order": {"messages": [A, called("c1", content=None) | {"tool_calls": called("c1")["tool_calls"] + called("c2")["tool_calls"]},
                                          result("c2", [text("y")]), result("c1", "")],
                             "tools": [function("w")], "parallel_tool_calls": False},
    "tools-of-the-past": {"messages": [A, called("c1"), result("c1"), A]},
    "no-schema": {"messages": [A], "tools": [{"type": "function", "function": {"name": "w"}}], "tool_choice": "none"},
    "json": {"messages": [A], "response_format": {"type": "json_object"}},
    "image-url": {"messages": [said("user", {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}, text("x"))]},
    "pdf": {"messages": [said("user", {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF}}, text("x"))]},
    "probabilities": {"messages": [A], "logprobs": True, "top_logprobs": 2},
}


# Responses

def flat(name):
    return {"type": "function", "name": name, "parameters": SCHEMA, "strict": False}


def call(identity):
    return {"type": "function_call", "call_id": identity, "name": "w", "arguments": "{}"}


def output(identity, value="r"):
    return {"type": "function_call_output", "call_id": identity, "output": value}


RESPONSES = {
    "sampling": {"input": "a", "max_output_tokens": 16, "temperature": 1.5, "top_p": 0.5, "user": "u", "truncation": "auto", "prompt_cache_key": "k"},
    "developer": {"input": [said("developer", "D"), said("system", "S"), A], "instructions": "I"},
    "reasoning": {"input": "a", "reasoning": {"effort": "xhigh", "summary": "detailed"}, "include": ["reasoning.encrypted_content"]},
    "custom-tool": {"input": "a", "tools": [{"type": "custom", "name": "patch", "description": "d", "format": {"type": "text"}}]},
    "custom-call": {"input": [A, {"type": "custom_tool_call", "call_id": "c1", "name": "patch", "input": "raw"},
                              {"type": "custom_tool_call_output", "call_id": "c1", "output": "ok"}], "tools": [{"type": "custom", "name": "patch"}]},
    "hosted": {"input": "a", "tools": [{"type": "web_search"}]},
    "namespace": {"input": "a", "tools": [{"type": "namespace", "name": "n", "description": "d", "tools": [flat("w")]}]},
    "some-tools": {"input": "a", "tools": [flat("w"), flat("t")],
                   "tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "w"}]}},
    "results-out-of-order": {"input": [A, call("c1"), call("c2"), output("c2"), output("c1", [{"type": "input_text", "text": "y"}]), A],
                             "tools": [flat("w")]},
    "words-before-a-result": {"input": [A, call("c1"), A, output("c1")], "tools": [flat("w")]},
    "image-out-of-a-tool": {"input": [A, call("c1"), output("c1", [{"type": "input_image", "image_url": pictures.URL}])], "tools": [flat("w")]},
    "refusal": {"input": [A, {"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}, A]},
    "long-id": {"input": [A, call("call_" + "x" * 55), output("call_" + "x" * 55)], "tools": [flat("w")]},
    "background": {"input": "a", "background": False, "store": True, "metadata": {"k": "v"}},
}


# Messages

def tool(name):
    return {"name": name, "input_schema": SCHEMA}


def use(identity, name="w"):
    return {"type": "tool_use", "id": identity, "name": name, "input": {}}


def used(identity, **more):
    return {"type": "tool_result", "tool_use_id": identity} | more


MESSAGES = {
    "sampling": {"messages": [A], "temperature": 0.5, "top_p": 0.9, "top_k": 5, "stop_sequences": list("abcdef"), "metadata": {"user_id": "u"}},
    "adaptive": {"messages": [A], "thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}},
    "one-token": {"messages": [A], "max_tokens": 1},
    "the-model-last": {"messages": [A, said("assistant", "The answer is")]},
    "twice-in-a-row": {"messages": [A, A, B, B, A]},
    "document": {"messages": [said("user", {"type": "document", "title": "t", "source": {
        "type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQK"}}, text("x"))]},
    "image-out-of-a-tool": {"messages": [A, said("assistant", text("b"), use("toolu_1"), use("toolu_2")), said(
        "user", used("toolu_2", content="", is_error=True), used("toolu_1", content=[text("y"), pictures.BLOCK]), text("go"))], "tools": [tool("w")]},
    "nothing-out-of-a-tool": {"messages": [A, said("assistant", use("toolu_1")), said("user", used("toolu_1"))], "tools": [tool("w")]},
    "any-tool": {"messages": [A], "tools": [tool("w")], "tool_choice": {"type": "any", "disable_parallel_tool_use": True}},
    "hosted": {"messages": [A], "tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}, {"type": "bash_20250124", "name": "bash"}]},
    "thoughts-of-another": {"messages": [A, said("assistant", {"type": "redacted_thinking", "data": "abc"}, use("toolu_1")),
                                         said("user", used("toolu_1", content="r"))], "tools": [tool("w")]},
    "long-name": {"messages": [A], "tools": [tool(LONG)]},
    "long-id": {"messages": [A, said("assistant", use("toolu_" + LONG, LONG)), said("user", used("toolu_" + LONG, content="r"))], "tools": [tool(LONG)]},
}
MESSAGES = {name: {"max_tokens": 100} | body for name, body in MESSAGES.items()}
