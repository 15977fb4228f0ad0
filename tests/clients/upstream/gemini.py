# SPDX-License-Identifier: GPL-3.0-or-later
"""Gemini generateContent, native."""

import re

from .said import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, Asked, pieces
from .strict import choice, join, kind, members, number, optional, pattern, require

NAME = "gemini"
THOUGHT_TOKENS = 3  # stand beside the candidates', not in them
USAGE = {"promptTokenCount": PROMPT_TOKENS, "cachedContentTokenCount": CACHED_TOKENS,
         "candidatesTokenCount": ANSWER_TOKENS - THOUGHT_TOKENS, "thoughtsTokenCount": THOUGHT_TOKENS,
         "totalTokenCount": PROMPT_TOKENS + ANSWER_TOKENS}
FIELDS = ("systemInstruction", "generationConfig", "tools", "toolConfig", "safetySettings", "cachedContent", "labels")
CONFIG = set("""temperature topP topK maxOutputTokens stopSequences candidateCount seed presencePenalty frequencyPenalty
    responseMimeType responseSchema responseJsonSchema responseLogprobs logprobs responseModalities thinkingConfig
    mediaResolution speechConfig""".split())
SCHEMA = set("""type format title description nullable enum maxItems minItems properties required minProperties maxProperties
    minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum""".split())
PARTS = ("text", "inlineData", "fileData", "functionCall", "functionResponse")
SIGNATURES = ("dGhvdWdodCBzaWduYXR1cmU=", "skip_thought_signature_validator", "context_engineering_is_the_way_to_go")


FREE = ("args", "response", "parametersJsonSchema", "responseJsonSchema", "properties")  # whose members are not Gemini's


def camel(value, where=""):
    """Both spellings of a member are known, as everywhere in Google's JSON."""
    if where in FREE:
        return value
    if isinstance(value, list):
        return [camel(each, where) for each in value]
    if not isinstance(value, dict):
        return value
    names = {name: re.sub(r"_([a-z])", lambda match: match[1].upper(), name) for name in value}
    return {names[name]: camel(inner, names[name]) for name, inner in value.items()}


def check(body, headers, path):
    body = camel(body)
    model, streams = re.fullmatch(r"/v1beta/models/([^:/]+):(generateContent|streamGenerateContent).*", path).groups()
    require(headers.get("x-goog-api-key"), "API key not valid. Please pass a valid API key.")
    members(body, "", ("contents",), FIELDS)
    asked = Asked(model, streams.startswith("stream"), body=body)
    if body.get("systemInstruction"):
        asked.system = "".join(part["text"] for part in body["systemInstruction"]["parts"])
    check_config(body.get("generationConfig") or {})
    asked.tools = check_tools(body)
    contents = kind(body["contents"], "contents", list)
    require(contents, "contents is not specified")
    require(contents[0].get("role", "user") == "user", "Please ensure that the first content is of role user.")
    open_calls = []
    for at, content in enumerate(contents):
        open_calls = check_content(content, f"contents[{at}]", asked, open_calls)
    require(not open_calls, "Please ensure that the number of function response parts is equal to the number of function call parts")
    return asked


def check_config(config):
    members(config, "generation_config", (), CONFIG)
    optional(config, "temperature", number, 0, 2)
    optional(config, "maxOutputTokens", number, 1, 65536)
    optional(config, "candidateCount", number, 1, 8)
    require(len(config.get("stopSequences") or ()) <= 5, "stop_sequences: at most 5")
    if config.get("responseSchema"):
        check_schema(config["responseSchema"], "generation_config.response_schema")
    require(not ({"responseSchema", "responseJsonSchema"} & set(config)) or config.get("responseMimeType") == "application/json",
            "response_schema needs the mime type application/json")
    thinking = config.get("thinkingConfig") or {}
    members(thinking, "generation_config.thinking_config", (), ("includeThoughts", "thinkingBudget", "thinkingLevel"))
    require(not {"thinkingBudget", "thinkingLevel"} <= set(thinking), "thinking_budget and thinking_level exclude each other")


def check_schema(value, where):
    members(value, where, (), SCHEMA)
    for name, inner in (value.get("properties") or {}).items():
        check_schema(inner, join(where, name))
    if value.get("items"):
        check_schema(value["items"], join(where, "items"))


def check_tools(body):
    names = []
    for at, tool in enumerate(body.get("tools") or ()):
        members(tool, f"tools[{at}]", (), ("functionDeclarations", "googleSearch", "codeExecution", "urlContext"))
        for declaration in tool.get("functionDeclarations") or ():
            where = f"tools[{at}].function_declarations"
            members(declaration, where, ("name",), ("description", "parameters", "parametersJsonSchema", "behavior", "response"))
            pattern(declaration["name"], f"{where}.name", r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}")
            require(not {"parameters", "parametersJsonSchema"} <= set(declaration), f"{where}: two kinds of parameters")
            if "parameters" in declaration:
                check_schema(declaration["parameters"], f"{where}.parameters")
            names.append(declaration["name"])
    calling = (body.get("toolConfig") or {}).get("functionCallingConfig")
    if calling is not None:
        members(calling, "tool_config.function_calling_config", (), ("mode", "allowedFunctionNames"))
        choice(calling.get("mode"), "mode", ("AUTO", "ANY", "NONE", "VALIDATED"))
        require(not calling.get("allowedFunctionNames") or calling["mode"] in ("ANY", "VALIDATED"),
                "allowed_function_names needs the mode ANY")
    return names


def check_content(content, where, asked, open_calls):
    members(content, where, ("parts",), ("role",))
    role = content.get("role", "user")
    choice(role, join(where, "role"), ("user", "model"))
    require(kind(content["parts"], join(where, "parts"), list), f"{where}.parts must not be empty")
    answers = [part["functionResponse"]["name"] for part in content["parts"] if "functionResponse" in part]
    require(sorted(answers) == sorted(open_calls) or not answers and role == "user" and not open_calls,
            "Please ensure that the number of function response parts is equal to the number of function call parts of the "
            f"function call turn: {open_calls} against {answers}")
    if role == "model":
        asked.turns += 1
        asked.results = []
    texts, calls = [], []
    for part in content["parts"]:
        check_part(part, where, role, asked)
        texts += [part["text"]] if "text" in part and not part.get("thought") else []
        calls += [part["functionCall"]["name"]] if "functionCall" in part else []
    if role == "user":
        results = [result_text(part["functionResponse"]["response"]) for part in content["parts"] if "functionResponse" in part]
        asked.results = asked.results + results if results else asked.results if not texts else []
        asked.last = " ".join(texts) or (results[-1] if results else asked.last)
        asked.users += [asked.last] if texts else []
    if calls and "signed" in asked.model:
        first = next(part for part in content["parts"] if "functionCall" in part)
        require(first.get("thoughtSignature") in SIGNATURES, "Function call is missing a thought_signature in functionCall parts.")
    return calls


def result_text(value):
    """What a tool said, out of the object it must be wrapped in."""
    return str(next(iter(value.values()))) if len(value) == 1 else str(value)


def check_part(part, where, role, asked):
    members(part, f"{where}.parts", (), (*PARTS, "thought", "thoughtSignature"))
    kinds = [name for name in PARTS if name in part]
    require(len(kinds) == 1, f"{where}.parts: required oneof field 'data' must have one initialized field, not {kinds}")
    what = kinds[0]
    if what == "functionCall":
        require(role == "model", f"{where}: a function call is not the user's")
        members(part[what], f"{where}.function_call", ("name",), ("args", "id"))
        kind(part[what].get("args", {}), f"{where}.function_call.args", dict)
    elif what == "functionResponse":
        require(role == "user", f"{where}: a function response is the user's")
        members(part[what], f"{where}.function_response", ("name", "response"), ("id",))
        kind(part[what]["response"], f"{where}.function_response.response", dict)
    elif what == "inlineData":
        members(part[what], f"{where}.inline_data", ("mimeType", "data"), ())
        asked.images += part[what]["mimeType"].startswith("image/")


# What goes out

ERRORS = {
    "rate": (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    "quota": (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details."),
    "broken": (500, "INTERNAL", "An internal error has occurred."),
    "overloaded": (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    "key": (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "model": (404, "NOT_FOUND", "models/none is not found for API version v1beta"),
    "request": (400, "INVALID_ARGUMENT", "temperature: must be at most 2"),
    "long": (400, "INVALID_ARGUMENT", "The input token count (2000) exceeds the maximum number of tokens allowed (1000)."),
}


def error(what):
    status, name, message = ERRORS[what]
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "400s"}] if what == "rate" else []
    return status, {"error": {"code": status, "message": message, "status": name, "details": details}}


def refusal(refused):
    return refused.status, {"error": {"code": refused.status, "message": refused.message, "status": "INVALID_ARGUMENT"}}


def chunk(asked, parts, finish=None):
    candidate = {"content": {"role": "model", "parts": parts}, "index": 0} if parts else {"index": 0}
    return {"candidates": [candidate | ({"finishReason": finish} if finish else {})], "usageMetadata": USAGE,
            "modelVersion": asked.model + "-2026-01-01", "responseId": "resp-1"}


def call_parts(said):
    """Whole, without an id; the first is signed."""
    return [{"functionCall": {"name": call.name, "args": call.arguments}} | ({} if at else {"thoughtSignature": SIGNATURES[0]})
            for at, call in enumerate(said.calls)]


def whole(asked, said):
    parts = [{"text": said.thinking, "thought": True}] if said.thinking else []
    return chunk(asked, parts + ([{"text": said.text}] if said.text else []) + call_parts(said), "STOP")


class Stream:
    def __init__(self, asked):
        self.asked = asked

    def opening(self, said=None):
        return []

    def thinking(self, text):
        return [(None, chunk(self.asked, [{"text": piece, "thought": True}])) for piece in pieces(text)]

    def text(self, parts):
        return [(None, chunk(self.asked, [{"text": part}])) for part in parts]

    def calls(self, said):
        return [(None, chunk(self.asked, call_parts(said)))]

    def closing(self, said, done=True):
        return [(None, chunk(self.asked, [], "STOP"))] if done else []

    def error(self, what):
        return [(None, error(what)[1])]
