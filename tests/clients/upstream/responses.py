# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenAI Responses."""

from .chat import EFFORTS, ERRORS, error, json_object, refusal
from .said import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, Asked, pieces, text_of
from .strict import choice, image_url, join, kind, members, name_of_tool, number, optional, require, schema

__all__ = ["ERRORS", "NAME", "Stream", "check", "error", "refusal", "whole"]
NAME = "responses"
USAGE = {"input_tokens": PROMPT_TOKENS, "input_tokens_details": {"cached_tokens": CACHED_TOKENS}, "output_tokens": ANSWER_TOKENS,
         "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS}
FIELDS = set("""input instructions previous_response_id conversation store stream stream_options include tools tool_choice
    parallel_tool_calls max_tool_calls max_output_tokens temperature top_p top_logprobs text reasoning truncation background
    service_tier prompt metadata user safety_identifier prompt_cache_key prompt_cache_retention context_management
    client_metadata""".split())
INCLUDES = ("reasoning.encrypted_content", "message.output_text.logprobs", "message.input_image.image_url",
            "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
            "code_interpreter_call.outputs")
HOSTED_TOOLS = ("web_search", "file_search", "code_interpreter", "computer", "image_generation", "mcp", "local_shell", "shell",
                "apply_patch", "tool_search")
ITEMS = {  # type -> needed and allowed members, and what its id begins with
    "message": (("role", "content"), ("status", "phase"), "msg"),
    "function_call": (("call_id", "name", "arguments"), ("status", "namespace"), "fc"),
    "function_call_output": (("call_id", "output"), ("status", "name", "namespace"), "fc"),
    "custom_tool_call": (("call_id", "name", "input"), ("status",), "ctc"),
    "custom_tool_call_output": (("call_id", "output"), ("status",), "ctc"),
    "reasoning": (("summary",), ("content", "encrypted_content", "status"), "rs"),
}
PARTS = {
    "input_text": (("text",), (), ("user", "system", "developer")),
    "input_image": ((), ("image_url", "file_id", "detail"), ("user", "system", "developer")),
    "input_file": ((), ("file_id", "file_data", "file_url", "filename"), ("user",)),
    "output_text": (("text",), ("annotations", "logprobs"), ("assistant",)),
    "refusal": (("refusal",), (), ("assistant",)),
}
ENCRYPTED = "gAAAAABtaG91Z2h0cyBvZiB0aGUgc2NyaXB0ZWQgcHJvdmlkZXI="


def check(body, headers, path):
    require(headers.get("Authorization", "").startswith("Bearer "), "You didn't provide an API key", None, "invalid_api_key")
    members(body, "", ("model",), FIELDS)
    check_options(body)
    asked = Asked(body["model"], bool(body.get("stream")), tools=check_tools(body), body=body)
    asked.system = body.get("instructions") or ""
    require(body.get("previous_response_id") is None, "Previous response not found.", "previous_response_id",
            "previous_response_not_found")
    items = kind(body.get("input"), "input", str, list)
    if isinstance(items, str):
        items = [{"type": "message", "role": "user", "content": items}]
    require(items, "Missing required parameter: 'input'", "input", "missing_required_parameter")
    check_items(items, asked)
    return asked


def check_options(body):
    optional(body, "stream", kind, bool)
    require(body.get("stream_options") is None or body.get("stream"), "'stream_options' needs 'stream'", "stream_options")
    optional(body, "temperature", number, 0, 2)
    optional(body, "top_p", number, 0, 1)
    optional(body, "max_output_tokens", number, 16, 10**6)
    for name in body.get("include") or ():
        choice(name, "include", INCLUDES)
    if body.get("reasoning") is not None:
        members(body["reasoning"], "reasoning", (), ("effort", "summary", "generate_summary", "context", "mode"))
        optional(body["reasoning"], "effort", choice, EFFORTS)
        optional(body["reasoning"], "summary", choice, ("auto", "concise", "detailed"))
    if body.get("text") is not None:
        text = members(body["text"], "text", (), ("format", "verbosity"))
        if text.get("format") is not None:
            members(text["format"], "text.format", ("type",), ("name", "schema", "strict", "description"))
            choice(text["format"]["type"], "text.format.type", ("text", "json_object", "json_schema"))
            if text["format"]["type"] == "json_schema":
                schema(text["format"].get("schema"), "text.format.schema", text["format"].get("strict"))
    optional(body, "truncation", choice, ("auto", "disabled"))


def check_tools(body):
    names = []
    for at, tool in enumerate(body.get("tools") or ()):
        where = f"tools[{at}]"
        what = kind(tool, where, dict).get("type")
        choice(what, join(where, "type"), ("function", "custom", "namespace", *HOSTED_TOOLS))
        if what == "function":
            members(tool, where, ("type", "name"), ("description", "parameters", "strict", "defer_loading", "output_schema"))
            if tool.get("parameters") is not None:
                schema(tool["parameters"], join(where, "parameters"), tool.get("strict"))
        elif what == "custom":
            members(tool, where, ("type", "name"), ("description", "format"))
        if what in ("function", "custom"):
            name_of_tool(tool["name"], join(where, "name"))
            names.append(tool["name"])
    require(len(set(names)) == len(names), "Tool names must be unique", "tools")
    wanted = body.get("tool_choice")
    if isinstance(wanted, dict):
        require(wanted.get("type") in HOSTED_TOOLS or wanted.get("type") == "allowed_tools" or wanted.get("name") in names,
                "Tool choice not found in 'tools' parameter", "tool_choice")
    else:
        optional(body, "tool_choice", choice, ("none", "auto", "required"))
    return names


def check_items(items, asked):
    open_calls = {}
    spoke = False
    for at, item in enumerate(items):
        where = f"input[{at}]"
        what = kind(item, where, dict).get("type", "message" if "role" in item else None)
        choice(what, join(where, "type"), ITEMS)
        needed, allowed, prefix = ITEMS[what]
        members(item, where, needed, (*allowed, "type", "id"))
        if item.get("id") is not None:
            require(item["id"].startswith(prefix), f"Invalid '{where}.id': '{item['id']}'. Expected an ID that begins with '{prefix}'.",
                    join(where, "id"))
        speaks = what in ("function_call", "custom_tool_call", "reasoning") or item.get("role") == "assistant"
        asked.turns += speaks and not spoke
        asked.results = [] if speaks and not spoke else asked.results
        spoke = speaks
        check_item(what, item, where, asked, open_calls)
    require(not open_calls, f"No tool output found for function call {next(iter(open_calls), '')}.", "input")
    require(items[-1].get("type") != "reasoning", "Item of type 'reasoning' was provided without its required following item.", "input")


def check_item(what, item, where, asked, open_calls):
    if what == "message":
        check_message(item, where, asked)
    elif what in ("function_call", "custom_tool_call"):
        if what == "function_call":
            json_object(kind(item["arguments"], join(where, "arguments"), str), join(where, "arguments"))
        require(0 < len(item["call_id"]) <= 64, f"Invalid '{where}.call_id': string too long", where)
        open_calls[item["call_id"]] = what
    elif what.endswith("_output"):
        require(open_calls.pop(item["call_id"], None) == what.removesuffix("_output"),
                f"No tool call found for function call output with call_id {item['call_id']}.", "input")
        output = kind(item["output"], join(where, "output"), str, list)
        for at, part in enumerate(output if isinstance(output, list) else ()):
            check_part(part, f"{where}.output[{at}]", "user", asked)
        asked.last = text_of(output)
        asked.results.append(asked.last)
    elif what == "reasoning":
        require(item.get("encrypted_content") == ENCRYPTED, "The encrypted content could not be verified.", where,
                "invalid_encrypted_content")


def check_message(item, where, asked):
    role = item["role"]
    choice(role, join(where, "role"), ("user", "assistant", "system", "developer"))
    content = kind(item["content"], join(where, "content"), str, list)
    for at, part in enumerate(content if isinstance(content, list) else ()):
        check_part(part, f"{where}.content[{at}]", role, asked)
    if role == "user":
        asked.last, asked.results = text_of(content), []
        asked.users.append(asked.last)
    elif role != "assistant":
        asked.system += text_of(content)


def check_part(part, where, role, asked):
    what = kind(part, where, dict).get("type")
    choice(what, join(where, "type"), [name for name, (_, _, roles) in PARTS.items() if role in roles])
    needed, allowed, _ = PARTS[what]
    members(part, where, ("type", *needed), allowed)
    if what == "input_image":
        asked.images += 1
        if "image_url" in part:
            image_url(part["image_url"], join(where, "image_url"))


# What goes out


def message_item(text, status="completed"):
    parts = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}] if status == "completed" else []
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": status, "content": parts}


def call_item(call, status="completed"):
    return {"id": "fc_" + call.id, "type": "function_call", "status": status, "call_id": call.id, "name": call.name,
            "arguments": call.json if status == "completed" else ""}


def reasoning_item(text):
    return {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": text}] if text else [],
            "encrypted_content": ENCRYPTED}


def items_of(said):
    return ([reasoning_item(said.thinking)] if said.thinking else []) + ([message_item(said.text)] if said.text else []) + [
        call_item(call) for call in said.calls]


def response(asked, status, output=(), failure=None):
    body = asked.body
    return {"id": f"resp_{asked.turns + 1}", "object": "response", "created_at": 1760000000, "status": status, "error": failure,
            "incomplete_details": None, "instructions": body.get("instructions"), "max_output_tokens": body.get("max_output_tokens"),
            "metadata": body.get("metadata") or {}, "model": asked.model + "-2026-01-01", "output": list(output),
            "parallel_tool_calls": body.get("parallel_tool_calls", True), "previous_response_id": None,
            "reasoning": {"effort": None, "summary": None}, "store": body.get("store", True), "temperature": 1.0,
            "text": {"format": {"type": "text"}}, "tool_choice": body.get("tool_choice", "auto"), "tools": body.get("tools") or [],
            "top_p": 1.0, "truncation": "disabled", "usage": USAGE if status == "completed" else None, "user": None}


def whole(asked, said):
    return response(asked, "completed", items_of(said))


class Stream:
    def __init__(self, asked):
        self.asked = asked
        self.sequence = -1
        self.output = []
        self.written = None  # the text of the message item that is open

    def event(self, name, /, **more):
        self.sequence += 1
        return name, {"type": name, "sequence_number": self.sequence} | more

    def opening(self, said=None):
        return [self.event("response." + name, response=response(self.asked, "in_progress")) for name in ("created", "in_progress")]

    def added(self, item):
        return self.event("response.output_item.added", output_index=len(self.output), item=item)

    def done(self, item):
        self.output.append(item)
        return self.event("response.output_item.done", output_index=len(self.output) - 1, item=item)

    def thinking(self, text):
        yield self.added(reasoning_item("") | {"encrypted_content": None})
        where = {"item_id": "rs_1", "output_index": len(self.output), "summary_index": 0}
        part = "response.reasoning_summary_part."
        yield self.event(part + "added", **where, part={"type": "summary_text", "text": ""})
        for piece in pieces(text):
            yield self.event("response.reasoning_summary_text.delta", **where, delta=piece)
        yield self.event("response.reasoning_summary_text.done", **where, text=text)
        yield self.event(part + "done", **where, part={"type": "summary_text", "text": text})
        yield self.done(reasoning_item(text))

    def place(self):
        return {"item_id": "msg_1", "output_index": len(self.output), "content_index": 0}

    def text(self, parts):
        if self.written is None:
            self.written = ""
            yield self.added(message_item("", "in_progress"))
            yield self.event("response.content_part.added", **self.place(),
                             part={"type": "output_text", "text": "", "annotations": [], "logprobs": []})
        for part in parts:
            self.written += part
            yield self.event("response.output_text.delta", **self.place(), delta=part, logprobs=[])

    def end_of_text(self):
        if self.written is not None:
            item = message_item(self.written)
            yield self.event("response.output_text.done", **self.place(), text=self.written, logprobs=[])
            yield self.event("response.content_part.done", **self.place(), part=item["content"][0])
            self.written = None
            yield self.done(item)

    def calls(self, said):
        yield from self.end_of_text()
        for call in said.calls:
            yield self.added(call_item(call, "in_progress"))
            where = {"item_id": "fc_" + call.id, "output_index": len(self.output)}
            for piece in pieces(call.json, 7):
                yield self.event("response.function_call_arguments.delta", **where, delta=piece)
            yield self.event("response.function_call_arguments.done", **where, name=call.name, arguments=call.json)
            yield self.done(call_item(call))

    def closing(self, said, done=True):
        yield from self.end_of_text()
        if done:
            yield self.event("response.completed", response=response(self.asked, "completed", self.output))

    def error(self, what):
        """As OpenAI was recorded: nested, and the failed response after it."""
        inner = error(what)[1]["error"]
        failure = {"code": inner["code"] or "server_error", "message": inner["message"]}
        return [self.event("error", error=inner),
                self.event("response.failed", response=response(self.asked, "failed", self.output, failure))]
