# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenAI Chat Completions."""

import json

from .said import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, Asked, pieces, text_of
from .strict import Refused, choice, image_url, join, kind, members, name_of_tool, number, optional, require, schema

NAME = "chat"
USAGE = {
    "prompt_tokens": PROMPT_TOKENS,
    "completion_tokens": ANSWER_TOKENS,
    "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
    "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
}
FIELDS = set("""max_completion_tokens max_tokens temperature top_p frequency_penalty presence_penalty n stop seed logprobs
    top_logprobs logit_bias stream stream_options tools tool_choice parallel_tool_calls response_format reasoning_effort
    verbosity modalities audio prediction service_tier store metadata safety_identifier prompt_cache_key user
    prompt_cache_retention web_search_options""".split())
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


def check(body, headers, path):
    require(headers.get("Authorization", "").startswith("Bearer "), "You didn't provide an API key", None, "invalid_api_key")
    members(body, "", ("model", "messages"), FIELDS)
    check_options(body)
    names = check_tools(body)
    messages = kind(body["messages"], "messages", list)
    require(messages, "Invalid 'messages': empty array", "messages", "empty_array")
    asked = Asked(body["model"], bool(body.get("stream")), tools=names, body=body,
                  include_usage=bool((body.get("stream_options") or {}).get("include_usage")))
    open_calls = set()
    for at, message in enumerate(messages):
        check_message(message, f"messages[{at}]", asked, open_calls)
    require(not open_calls, f"An assistant message with 'tool_calls' must be followed by tool messages: {sorted(open_calls)}", "messages")
    return asked


def loosely(body):
    """As a provider reads it that ignores what it does not know."""
    return Asked(body["model"], bool(body.get("stream")), last=text_of(body["messages"][-1]["content"]), body=body,
                 include_usage=bool((body.get("stream_options") or {}).get("include_usage")))


def check_options(body):
    optional(body, "stream", kind, bool)
    require(body.get("stream_options") is None or body.get("stream"), "'stream_options' needs 'stream'", "stream_options")
    if body.get("stream_options") is not None:
        members(body["stream_options"], "stream_options", (), ("include_usage", "include_obfuscation"))
    optional(body, "temperature", number, 0, 2)
    optional(body, "top_p", number, 0, 1)
    optional(body, "frequency_penalty", number, -2, 2)
    optional(body, "presence_penalty", number, -2, 2)
    optional(body, "max_tokens", number, 1, 10**6)
    optional(body, "max_completion_tokens", number, 1, 10**6)
    require(body.get("max_tokens") is None or body.get("max_completion_tokens") is None,
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens")
    optional(body, "n", number, 1, 128)
    optional(body, "reasoning_effort", choice, EFFORTS)
    optional(body, "stop", kind, str, list)
    require(not isinstance(body.get("stop"), list) or len(body["stop"]) <= 4, "Invalid 'stop': at most 4", "stop")
    optional(body, "metadata", kind, dict)
    if body.get("response_format") is not None:
        check_format(body["response_format"])


def check_format(value):
    members(value, "response_format", ("type",), ("json_schema",))
    choice(value["type"], "response_format.type", ("text", "json_object", "json_schema"))
    if value["type"] == "json_schema":
        wanted = members(value.get("json_schema"), "response_format.json_schema", ("name",), ("schema", "strict", "description"))
        name_of_tool(wanted["name"], "response_format.json_schema.name")
        if "schema" in wanted:
            schema(wanted["schema"], "response_format.json_schema.schema", wanted.get("strict"))


def check_tools(body):
    tools = body.get("tools")
    for name in ("tool_choice", "parallel_tool_calls"):
        require(tools or body.get(name) is None, f"'{name}' is only allowed when 'tools' are specified", name)
    names = []
    for at, tool in enumerate(tools or ()):
        where = f"tools[{at}]"
        if kind(tool, where, dict).get("type") == "custom":
            names.append(members(tool.get("custom"), join(where, "custom"), ("name",), ("description", "format"))["name"])
            continue
        members(tool, where, ("type", "function"))
        choice(tool["type"], join(where, "type"), ("function",))
        function = members(tool["function"], join(where, "function"), ("name",), ("description", "parameters", "strict"))
        if function.get("parameters") is not None:
            schema(function["parameters"], join(where, "function.parameters"), function.get("strict"))
        names.append(function["name"])
    for name in names:
        name_of_tool(name, "tools.name")
    require(len(set(names)) == len(names), "Tool names must be unique", "tools")
    wanted = body.get("tool_choice")
    if isinstance(wanted, dict) and wanted.get("type") == "allowed_tools":
        allowed = members(wanted.get("allowed_tools"), "tool_choice.allowed_tools", ("mode", "tools"))
        choice(allowed["mode"], "tool_choice.allowed_tools.mode", ("auto", "required"))
        require({each["function"]["name"] for each in allowed["tools"]} <= set(names), "Invalid 'tool_choice': no such function", "tool_choice")
    elif isinstance(wanted, dict):
        require(wanted.get("type") == "function" and wanted.get("function", {}).get("name") in names,
                "Invalid 'tool_choice': no such function", "tool_choice")
    else:
        optional(body, "tool_choice", choice, ("none", "auto", "required"))
    return names


def check_message(message, where, asked, open_calls):
    role = kind(message, where, dict).get("role")
    choice(role, join(where, "role"), ("developer", "system", "user", "assistant", "tool"))
    require(role == "tool" or not open_calls,
            f"An assistant message with 'tool_calls' must be followed by tool messages: {sorted(open_calls)}", where)
    {"assistant": check_assistant, "tool": check_result}.get(role, check_said)(message, where, asked, open_calls)


def check_said(message, where, asked, _):
    members(message, where, ("role", "content"), ("name",))
    content = kind(message["content"], join(where, "content"), str, list)
    for at, part in enumerate(content if isinstance(content, list) else ()):
        check_part(part, f"{where}.content[{at}]", message["role"], asked)
    if message["role"] == "user":
        asked.last = text_of(content)
        asked.users.append(asked.last)
    else:
        asked.system += text_of(content)


def check_part(part, where, role, asked):
    what = kind(part, where, dict).get("type")
    choice(what, join(where, "type"), ("text", "image_url", "input_audio", "file") if role == "user" else ("text",))
    members(part, where, ("type", what), ("cache_control",) if what == "text" else ())
    if what == "text":
        kind(part["text"], join(where, "text"), str)
    elif what == "image_url":
        members(part["image_url"], join(where, "image_url"), ("url",), ("detail",))
        image_url(part["image_url"]["url"], join(where, "image_url.url"))
        asked.images += 1
    elif what == "file":
        members(part["file"], join(where, "file"), (), ("filename", "file_data", "file_id"))


def check_assistant(message, where, asked, open_calls):
    members(message, where, ("role",), ("content", "tool_calls", "refusal", "name", "audio", "reasoning_content", "annotations",
                                        "function_call"))
    asked.turns += 1
    asked.results = []
    calls = message.get("tool_calls")
    require(calls is None or calls, f"Invalid '{where}.tool_calls': empty array", where, "empty_array")
    require(message.get("content") is not None or calls or message.get("refusal"), f"'{where}' says nothing", where)
    for at, call in enumerate(calls or ()):
        spot = f"{where}.tool_calls[{at}]"
        members(call, spot, ("id", "type", "function"), ("extra_content",))
        members(call["function"], join(spot, "function"), ("name", "arguments"))
        kind(call["function"]["arguments"], join(spot, "function.arguments"), str)
        json_object(call["function"]["arguments"], join(spot, "function.arguments"))
        require(0 < len(kind(call["id"], join(spot, "id"), str)) <= 40, f"Invalid '{spot}.id': string too long", spot)
        open_calls.add(call["id"])


def json_object(text, where):
    try:
        kind(json.loads(text), where, dict)
    except ValueError:
        raise Refused(f"'{where}' is no JSON: {text[:80]}", where) from None


def check_result(message, where, asked, open_calls):
    members(message, where, ("role", "content", "tool_call_id"), ("name",))
    require(message["tool_call_id"] in open_calls, f"'{where}' must be a response to a preceding message with 'tool_calls'", where)
    open_calls.discard(message["tool_call_id"])
    content = kind(message["content"], join(where, "content"), str, list)
    for at, part in enumerate(content if isinstance(content, list) else ()):
        check_part(part, f"{where}.content[{at}]", "tool", asked)
    asked.last = text_of(content)
    asked.results.append(asked.last)


# What goes out

ERRORS = {  # what happened -> status, type, code, message
    "rate": (429, "requests", "rate_limit_exceeded", "Rate limit reached"),
    "quota": (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota"),
    "broken": (500, "server_error", None, "The server had an error"),
    "overloaded": (503, "service_unavailable_error", "server_is_overloaded", "The engine is overloaded"),
    "key": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided"),
    "model": (404, "invalid_request_error", "model_not_found", "The model does not exist"),
    "request": (400, "invalid_request_error", "invalid_value", "temperature: must be at most 2"),
    "long": (400, "invalid_request_error", "context_length_exceeded", "This model's maximum context length is 1000 tokens"),
}


def error(what):
    status, kind_, code, message = ERRORS[what]
    return status, {"error": {"message": message, "type": kind_, "param": "temperature" if what == "request" else None, "code": code}}


def refusal(refused):
    return refused.status, {"error": {"message": refused.message, "type": "invalid_request_error", "param": refused.param,
                                      "code": refused.code}}


def envelope(asked, object_):
    return {"id": "chatcmpl-1", "object": object_, "created": 1760000000, "model": asked.model + "-2026-01-01",
            "system_fingerprint": "fp_1"}


def tool_calls(said):
    return [{"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.json}} for call in said.calls]


def whole(asked, said):
    message = {"role": "assistant", "content": said.text or (None if said.calls else ""), "refusal": None}
    if said.thinking:
        message["reasoning_content"] = said.thinking
    if said.calls:
        message["tool_calls"] = tool_calls(said)
    return envelope(asked, "chat.completion") | {
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if said.calls else "stop"}],
        "usage": USAGE}


class Stream:
    """Events are (name or None, value)."""

    def __init__(self, asked):
        self.asked = asked

    def delta(self, delta, finish=None):
        return None, envelope(self.asked, "chat.completion.chunk") | {
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    def opening(self, said=None):
        return [self.delta({"role": "assistant", "content": None if said and said.calls and not said.text else ""})]

    def thinking(self, text):
        return [self.delta({"reasoning_content": piece}) for piece in pieces(text)]

    def text(self, parts):
        return [self.delta({"content": part}) for part in parts]

    def calls(self, said):
        """The name first, then the arguments in pieces, side by side."""
        for index, call in enumerate(said.calls):
            yield self.delta({"tool_calls": [{"index": index, "id": call.id, "type": "function",
                                              "function": {"name": call.name, "arguments": ""}}]})
        longest = max(len(call.json) for call in said.calls)
        for at in range(0, longest, 7):
            for index, call in enumerate(said.calls):
                if part := call.json[at:at + 7]:
                    yield self.delta({"tool_calls": [{"index": index, "function": {"arguments": part}}]})

    def closing(self, said, done=True):
        yield self.delta({}, "tool_calls" if said.calls else "stop")
        if self.asked.include_usage:
            yield None, envelope(self.asked, "chat.completion.chunk") | {"choices": [], "usage": USAGE}
        if done:
            yield None, "[DONE]"

    def error(self, what):
        return [(None, error(what)[1])]
