# SPDX-License-Identifier: GPL-3.0-or-later
"""A provider that does what the model's name says: "rate_limited.x" answers 429, "ok.x" answers.

What follows the dot only tells one use of a script from another. Speaks the OpenAI API over loopback and keeps every
request it saw, byte for byte.
"""

import json
import socket
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROMPT_TOKENS, CACHED_TOKENS, ANSWER_TOKENS = 21, 5, 8
# At 2.50 $ per million tokens, 0.25 for cached ones and 10 for output: in nano-dollars.
COST = (PROMPT_TOKENS - CACHED_TOKENS) * 2500 + CACHED_TOKENS * 250 + ANSWER_TOKENS * 10000
USAGE = {
    "prompt_tokens": PROMPT_TOKENS,
    "completion_tokens": ANSWER_TOKENS,
    "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
    "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
}
ARGUMENT_PIECES = ['{"ci', 'ty": "Zü', 'rich", "days', '": 3}']


@dataclass
class Seen:
    """One request on the wire."""

    method: str
    path: str
    headers: dict
    body: bytes
    model: str = ""
    answered_usage: bool = False
    client_left: threading.Event = field(default_factory=threading.Event)


class ScriptedUpstream:
    def __init__(self):
        self.seen = []
        self.lock = threading.Lock()
        upstream = self

        class Handler(_Handler):
            owner = upstream

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """A client that leaves in the middle is part of the script."""
                if not isinstance(sys.exc_info()[1], OSError):
                    super().handle_error(*_)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def add(self, seen):
        with self.lock:
            self.seen.append(seen)

    def asked_for(self, model):
        """The requests for a model, in the order of their arrival."""
        with self.lock:
            return [seen for seen in self.seen if seen.model == model]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner = None

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self):
        seen = Seen("GET", self.path, dict(self.headers), b"")
        self.owner.add(seen)
        if self.path == "/v1/models":
            self.send_json(200, {"object": "list", "data": [{"id": "ok.listed", "object": "model", "created": 1, "owned_by": "upstream"}]})
        else:
            self.send_json(404, {"error": {"message": "no such path", "type": "invalid_request_error"}})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])) if "Content-Length" in self.headers else self.read_chunks()
        request = json.loads(body)
        seen = Seen("POST", self.path, dict(self.headers), body, request.get("model", ""))
        self.owner.add(seen)
        script = getattr(self, "script_" + seen.model.split(".")[0], None)
        if script is None or self.path != "/v1/chat/completions":
            self.send_error_json(404, f"The model `{seen.model}` does not exist", "invalid_request_error", "model_not_found")
        else:
            script(request, seen)

    def read_chunks(self):
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    # What goes out

    def send_bytes(self, status, content, fields=()):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def send_json(self, status, value, fields=()):
        self.send_bytes(status, json.dumps(value, ensure_ascii=False).encode(), fields)

    def send_error_json(self, status, message, kind, code=None, param=None, fields=()):
        self.send_json(status, {"error": {"message": message, "type": kind, "param": param, "code": code}}, fields)

    def begin_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send_event(self, value):
        data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        event = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))

    def send_delta(self, request, delta, finish=None):
        self.send_event(envelope(request, "chat.completion.chunk") | {
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]})

    def end_stream(self, request, seen, done=True):
        if (request.get("stream_options") or {}).get("include_usage"):
            self.send_event(envelope(request, "chat.completion.chunk") | {"choices": [], "usage": USAGE})
            seen.answered_usage = True
        if done:
            self.send_event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def cut(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def wait_until_client_leaves(self, seen):
        try:
            while self.connection.recv(1):
                pass
        except OSError:
            pass
        seen.client_left.set()
        self.close_connection = True

    # What a model's name asks for

    def script_ok(self, request, seen):
        calls, text = answer_to(request)
        if not request.get("stream"):
            seen.answered_usage = True
            message = {"role": "assistant", "content": None, "tool_calls": calls} if calls else {
                "role": "assistant", "content": text, "refusal": None}
            self.send_json(200, envelope(request, "chat.completion") | {
                "choices": [{"index": 0, "message": message, "logprobs": None,
                             "finish_reason": "tool_calls" if calls else "stop"}],
                "usage": USAGE})
            return
        self.begin_stream()
        self.send_delta(request, {"role": "assistant", "content": None if calls else ""})
        if calls:
            for delta in fragments_of(calls):
                self.send_delta(request, delta)
        else:
            for piece in pieces_of(text):
                self.send_delta(request, {"content": piece})
        self.send_delta(request, {}, "tool_calls" if calls else "stop")
        self.end_stream(request, seen)

    def script_verbatim(self, request, seen):
        """An answer in a shape that no serializer would write."""
        seen.answered_usage = True
        self.send_bytes(200, VERBATIM_ANSWER)

    def script_no_done(self, request, seen):
        self.begin_stream()
        self.send_delta(request, {"role": "assistant", "content": "whole"})
        self.send_delta(request, {}, "stop")
        self.end_stream(request, seen, done=False)

    # Longer than any deadline: a chain whose steps are all limited would wait for the one that is back first.
    def script_rate_limited(self, request, seen):
        self.send_error_json(429, "Rate limit reached", "requests", "rate_limit_exceeded", fields=[("Retry-After", "400")])

    def script_quota(self, request, seen):
        self.send_error_json(429, "You exceeded your current quota", "insufficient_quota", "insufficient_quota")

    def script_broken(self, request, seen):
        self.send_error_json(500, "The server had an error", "server_error")

    def script_key_refused(self, request, seen):
        self.send_error_json(401, "Incorrect API key provided", "invalid_request_error", "invalid_api_key")

    def script_bad_request(self, request, seen):
        self.send_error_json(400, "temperature: must be at most 2", "invalid_request_error", "invalid_value", "temperature")

    def script_error_in_200(self, request, seen):
        self.send_error_json(200, "Upstream overloaded", "overloaded_error")

    def script_empty(self, request, seen):
        seen.answered_usage = True
        self.send_json(200, envelope(request, "chat.completion") | {
            "choices": [{"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "stop"}], "usage": USAGE})

    def script_hang(self, request, seen):
        self.wait_until_client_leaves(seen)

    def script_cut_before(self, request, seen):
        if request.get("stream"):
            self.begin_stream()
            self.send_delta(request, {"role": "assistant", "content": ""})
        else:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "4000")
            self.end_headers()
            self.wfile.write(b'{"id": "chatcmpl-1", "object": "chat.completion", "choices": [')
        self.cut()

    def script_cut_after(self, request, seen):
        self.begin_stream()
        self.send_delta(request, {"role": "assistant", "content": ""})
        self.send_delta(request, {"content": "Half of "})
        self.send_delta(request, {"content": "an ans"})
        self.cut()

    def script_closed_after(self, request, seen):
        """The body ends in good order, but the answer in it does not."""
        self.begin_stream()
        self.send_delta(request, {"role": "assistant", "content": "Half of an ans"})
        self.wfile.write(b"0\r\n\r\n")

    def script_error_first(self, request, seen):
        self.begin_stream()
        self.send_event({"error": {"message": "Overloaded", "type": "overloaded_error"}})
        self.wfile.write(b"0\r\n\r\n")

    def script_error_after(self, request, seen):
        self.begin_stream()
        self.send_delta(request, {"role": "assistant", "content": "Half of an ans"})
        self.send_event({"error": {"message": "The engine fell over", "type": "server_error"}})
        self.wfile.write(b"0\r\n\r\n")

    def script_endless(self, request, seen):
        """One piece of content, then nothing until the other side leaves."""
        self.begin_stream()
        self.send_delta(request, {"role": "assistant", "content": "Once upon a time "})
        self.wait_until_client_leaves(seen)


VERBATIM_ANSWER = (
    '{"choices" :[ {"finish_reason":"stop","message":{"content":"caf\\u00e9 \U0001f682\\/","role":"assistant"},"index":0}],\r\n'
    '\t"usage":{"total_tokens":29,"completion_tokens":8,"prompt_tokens":21, "prompt_tokens_details":{"cached_tokens" :5}},"zeta":12345678901234567890123, "x":1.50e+2,'
    '"id":"v","object":"chat.completion","created":1,"model":"verbatim-2026-01-01" }\n'
).encode()


def envelope(request, kind):
    return {"id": "chatcmpl-1", "object": kind, "created": 1760000000, "model": request["model"] + "-2026-01-01",
            "system_fingerprint": "fp_1"}


def answer_to(request):
    """The tool calls or the text to answer with: a tool is called once, then its result is talked about."""
    last = request["messages"][-1]
    if request.get("tools") and last["role"] != "tool":
        names = [tool["function"]["name"] for tool in request["tools"]]
        return [{"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": "".join(ARGUMENT_PIECES)}}
                for n, name in enumerate(names)], ""
    content = last["content"]
    if not isinstance(content, str):
        content = " ".join(part.get("text", "") for part in content)
    return [], f"You said: {content}"


def pieces_of(text):
    return [text[at:at + 5] for at in range(0, len(text), 5)]


def fragments_of(calls):
    """Tool calls as a stream carries them: the name first, then the arguments in pieces, side by side."""
    for index, call in enumerate(calls):
        yield {"tool_calls": [{"index": index, "id": call["id"], "type": "function",
                               "function": {"name": call["function"]["name"], "arguments": ""}}]}
    for piece in ARGUMENT_PIECES:
        for index in range(len(calls)):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}
