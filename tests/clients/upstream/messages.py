# SPDX-License-Identifier: GPL-3.0-or-later
"""Anthropic Messages."""

import re

from .said import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, Asked, Said, pieces, text_of
from .strict import choice, join, kind, members, name_of_tool, number, optional, pattern, require, schema

NAME = "messages"
VERSIONS = ("2023-06-01", "2026-10-21")
REMOVED = {"temperature", "top_p", "top_k"}  # from the second version on
USAGE = {"input_tokens": PROMPT_TOKENS - CACHED_TOKENS, "cache_creation_input_tokens": 0,
         "cache_read_input_tokens": CACHED_TOKENS, "output_tokens": ANSWER_TOKENS}
FIELDS = set("""system stop_sequences stream temperature top_p top_k tools tool_choice thinking output_config metadata
    service_tier cache_control container inference_geo""".split())
BETA_FIELDS = {"context_management": "context-management-", "mcp_servers": "mcp-client-", "speed": "fast-mode-",
               "fallbacks": "server-side-fallback-"}
BETAS = re.compile(r"""(message-batches|prompt-caching|computer-use|pdfs|token-counting|token-efficient-tools|output-128k|files-api
    |mcp-client|dev-full-thinking|interleaved-thinking|code-execution|extended-cache-ttl|context-1m|context-management
    |model-context-window-exceeded|skills|fast-mode|output-300k|advisor-tool|cache-diagnosis|thinking-token-count
    |server-side-fallback|fallback-credit|agent-memory|mid-conversation-tool-changes|claude-code|oauth|structured-outputs
    |fine-grained-tool-streaming|advanced-tool-use|effort|prompt-caching-scope|redact-thinking|mid-conversation-system)
    -?\d{4}-?\d\d-?\d\d""", re.VERBOSE)
BLOCKS = {  # type -> needed and allowed members, and who may say it
    "text": (("text",), ("cache_control", "citations"), ("user", "assistant", "system")),
    "image": (("source",), ("cache_control",), ("user",)),
    "document": (("source",), ("cache_control", "title", "context", "citations"), ("user",)),
    "tool_use": (("id", "name", "input"), ("cache_control", "caller"), ("assistant",)),
    "tool_result": (("tool_use_id",), ("content", "is_error", "cache_control"), ("user",)),
    "thinking": (("thinking", "signature"), (), ("assistant",)),
    "redacted_thinking": (("data",), (), ("assistant",)),
}
SIGNATURE = "c2lnbmF0dXJlIG9mIHRoZSBzY3JpcHRlZCBwcm92aWRlcg=="


def check(body, headers, path):
    betas = [beta.strip() for beta in headers.get("anthropic-beta", "").split(",") if beta.strip()]
    check_headers(headers, betas)
    newer = headers["anthropic-version"] == VERSIONS[1]
    counting = path.endswith("/count_tokens")
    allowed = FIELDS - (REMOVED if newer else set()) | ({"speed", "diagnostics"} if newer else set()) | {name for name, beta in BETA_FIELDS.items() if any(b.startswith(beta) for b in betas)}
    members(body, "", ("model", "messages") if counting else ("model", "messages", "max_tokens"), allowed)
    check_options(body, counting)
    asked = Asked(body["model"], bool(body.get("stream")), tools=check_tools(body, betas), body=body)
    asked.system = check_system(body.get("system"))
    messages = kind(body["messages"], "messages", list)
    require(messages, "messages: at least one message is required")
    require(messages[0].get("role") == "user", "messages: first message must use the \"user\" role")
    roles = ("user", "assistant", "system") if any(b.startswith("mid-conversation") for b in betas) else ("user", "assistant")
    for message in messages:
        choice(message.get("role"), "messages.role", roles)
    check_turns(messages, asked)
    require(str(body).count("'cache_control': {'type': 'ephemeral'") <= 4, "A maximum of 4 blocks with cache_control may be provided.")
    return asked


def check_headers(headers, betas):
    require(headers.get("anthropic-version") in VERSIONS, "anthropic-version: header is required")
    keys = ("x-api-key" in headers) + headers.get("Authorization", "").startswith("Bearer ")
    require(keys, "x-api-key header is required")
    for beta in betas:
        require(BETAS.fullmatch(beta), f"Unexpected value(s) `{beta}` for the `anthropic-beta` header")


def check_options(body, counting):
    if not counting:
        number(body["max_tokens"], "max_tokens", 1, 128000)
    optional(body, "stream", kind, bool)
    optional(body, "temperature", number, 0, 1)
    optional(body, "top_p", number, 0, 1)
    optional(body, "top_k", number, 0, 500)
    for stop in body.get("stop_sequences") or ():
        require(stop.strip(), "stop_sequences: each stop sequence must contain non-whitespace")
    if body.get("metadata") is not None:
        members(body["metadata"], "metadata", (), ("user_id",))
    thinking = body.get("thinking")
    if thinking is not None:
        choice(thinking.get("type"), "thinking.type", ("enabled", "adaptive", "disabled"))
        if thinking["type"] == "enabled":
            number(thinking.get("budget_tokens"), "thinking.budget_tokens", 1024, body.get("max_tokens", 10**6) - 1)
    if body.get("output_config") is not None:
        members(body["output_config"], "output_config", (), ("effort", "format"))
        optional(body["output_config"], "effort", choice, ("low", "medium", "high", "xhigh", "max"))


def check_tools(body, betas):
    names = []
    for at, tool in enumerate(body.get("tools") or ()):
        where = f"tools.{at}"
        if tool.get("type", "custom") == "custom":
            deferred = ("defer_loading",) if any(b.startswith("advanced-tool-use") for b in betas) else ()
            members(tool, where, ("name", "input_schema"),
                    ("description", "strict", "cache_control", "type", "eager_input_streaming", *deferred))
            schema(tool["input_schema"], f"{where}.input_schema", tool.get("strict"))
            name_of_tool(tool["name"], f"{where}.name", 128)
        else:
            pattern(tool["type"], f"{where}.type", r"(web_search|web_fetch|bash|text_editor|code_execution|computer|tool_search.*)_\d{8}")
        if not tool.get("defer_loading"):
            names.append(tool["name"])
    require(len(set(names)) == len(names), "tools: Tool names must be unique.")
    wanted = body.get("tool_choice")
    if wanted is not None:
        require(body.get("tools"), "tool_choice: may only be specified while providing tools")
        members(wanted, "tool_choice", ("type",), ("name", "disable_parallel_tool_use"))
        choice(wanted["type"], "tool_choice.type", ("auto", "any", "none", "tool"))
        require((wanted["type"] == "tool") == ("name" in wanted), "tool_choice.name: goes with type tool")
        require("name" not in wanted or wanted["name"] in names, "tool_choice.name: no such tool")
    return names


def check_system(system):
    for block in system if isinstance(system, list) else ():
        check_block(block, "system", "system", Asked(""))
    return text_of(system)


def check_turns(messages, asked):
    """Each call is answered at the very start of what follows it."""
    open_calls = []
    for at, message in enumerate(messages):
        where = f"messages.{at}"
        members(message, where, ("role", "content"))
        content = kind(message["content"], join(where, "content"), str, list)
        require(content or message["role"] == "assistant" and at == len(messages) - 1, f"{where}: content must be non-empty")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        for block in blocks:
            check_block(block, where, message["role"], asked)
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        if open_calls:
            require(sorted(results) == sorted(open_calls),
                    f"{where}: `tool_use` ids were found without `tool_result` blocks immediately after: {open_calls}; got {results}")
            require(all(block["type"] == "tool_result" for block in blocks[:len(results)]), f"{where}: tool_result must come first")
        else:
            require(not results, f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: {results}")
        open_calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
        remember(message["role"], blocks, asked)
    require(not open_calls, "messages: the last assistant message calls tools")


def remember(role, blocks, asked):
    text = text_of(blocks)
    if role == "assistant":
        asked.turns += 1
        asked.results = []
    elif role == "system":
        asked.system += text
    else:
        results = [text_of(block.get("content")) for block in blocks if block["type"] == "tool_result"]
        asked.results = asked.results + results if results else asked.results if not text else []
        asked.last = text or (results[-1] if results else asked.last)
        asked.users += [text] if text else []


def check_block(block, where, role, asked):
    what = kind(block, where, dict).get("type")
    choice(what, f"{where}.content.type", BLOCKS)
    needed, allowed, roles = BLOCKS[what]
    require(role in roles, f"{where}: {what} blocks are not permitted in {role} messages")
    members(block, f"{where}.content", ("type", *needed), allowed)
    if what == "text":
        require(kind(block["text"], f"{where}.text", str), f"{where}: text content blocks must be non-empty")
    elif what == "image":
        check_source(block["source"], f"{where}.source")
        asked.images += 1
    elif what == "tool_use":
        pattern(block["id"], f"{where}.tool_use.id", r"[a-zA-Z0-9_-]+")
        kind(block["input"], f"{where}.tool_use.input", dict)
        name_of_tool(block["name"], f"{where}.tool_use.name", 128)
    elif what == "thinking":
        require(block["signature"] == SIGNATURE, f"{where}: Invalid `signature` in `thinking` block")
    elif what == "tool_result":
        for inner in block["content"] if isinstance(block.get("content"), list) else ():
            check_block(inner, where, "user", asked)


def check_source(source, where):
    choice(source.get("type"), f"{where}.type", ("base64", "url", "file"))
    if source["type"] == "base64":
        members(source, where, ("type", "media_type", "data"))
        choice(source["media_type"], f"{where}.media_type", ("image/jpeg", "image/png", "image/gif", "image/webp"))
        pattern(source["data"], f"{where}.data", r"[A-Za-z0-9+/]+=*")


# What goes out

ERRORS = {
    "rate": (429, "rate_limit_error", "This request would exceed your organization's rate limit"),
    "quota": (400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
    "broken": (500, "api_error", "Internal server error"),
    "overloaded": (529, "overloaded_error", "Overloaded"),
    "key": (401, "authentication_error", "invalid x-api-key"),
    "model": (404, "not_found_error", "model: no such model"),
    "request": (400, "invalid_request_error", "temperature: must be at most 1"),
    "long": (400, "invalid_request_error", "prompt is too long: 2000 tokens > 1000 maximum"),
}


def error(what):
    status, kind_, message = ERRORS[what]
    return status, {"type": "error", "error": {"type": kind_, "message": message}, "request_id": "req_1"}


def refusal(refused):
    return refused.status, {"type": "error", "error": {"type": "invalid_request_error", "message": refused.message}, "request_id": "req_1"}


def count_tokens(asked):
    return {"input_tokens": PROMPT_TOKENS}


def whole(asked, said):
    content = [{"type": "thinking", "thinking": said.thinking, "signature": SIGNATURE}] if said.thinking else []
    content += [{"type": "text", "text": said.text}] if said.text else []
    content += [{"type": "tool_use", "id": tool_id(call), "name": call.name, "input": call.arguments} for call in said.calls]
    # Claude Code takes two answers with one id for one.
    return {"id": f"msg_{asked.turns + 1}", "type": "message", "role": "assistant", "model": asked.model + "-2026-01-01",
            "content": content,
            "stop_reason": "tool_use" if said.calls else "end_turn", "stop_sequence": None, "usage": USAGE}


def tool_id(call):
    return "toolu_" + call.id


class Stream:
    def __init__(self, asked):
        self.asked = asked
        self.index = -1
        self.open = None

    @staticmethod
    def event(name, /, **more):
        return name, {"type": name} | more

    def opening(self, said=None):
        message = whole(self.asked, said or Said()) | {
            "content": [], "stop_reason": None, "usage": USAGE | {"output_tokens": 1}}
        return [self.event("message_start", message=message), self.event("ping")]

    def begin(self, block):
        yield from self.end()
        self.index += 1
        self.open = block["type"]
        yield self.event("content_block_start", index=self.index, content_block=block)

    def end(self):
        if self.open:
            self.open = None
            yield self.event("content_block_stop", index=self.index)

    def delta(self, **delta):
        return self.event("content_block_delta", index=self.index, delta=delta)

    def thinking(self, text):
        yield from self.begin({"type": "thinking", "thinking": "", "signature": ""})
        for piece in pieces(text):
            yield self.delta(type="thinking_delta", thinking=piece)
        yield self.delta(type="signature_delta", signature=SIGNATURE)

    def text(self, parts):
        if self.open != "text":
            yield from self.begin({"type": "text", "text": ""})
        for part in parts:
            yield self.delta(type="text_delta", text=part)

    def calls(self, said):
        for call in said.calls:
            yield from self.begin({"type": "tool_use", "id": tool_id(call), "name": call.name, "input": {}})
            for piece in ["", *(pieces(call.json, 7) if call.arguments else ())]:
                yield self.delta(type="input_json_delta", partial_json=piece)

    def closing(self, said, done=True):
        yield from self.end()
        yield self.event("message_delta", delta={"stop_reason": "tool_use" if said.calls else "end_turn", "stop_sequence": None},
                         usage=USAGE)  # all of it again, as Anthropic was recorded; LangChain reads it here only
        if done:
            yield self.event("message_stop")

    def error(self, what):
        return [("error", error(what)[1])]
