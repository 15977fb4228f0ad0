# SPDX-License-Identifier: GPL-3.0-or-later
"""A provider over loopback that speaks OpenAI Chat and Responses, Anthropic Messages and Gemini.

It does what the model's name says ("rate_limited.x" answers 429, "ok.x" answers), refuses what the real provider refuses,
and keeps every request it saw. This is the HTTP side: it finds the dialect and the script of a request.
"""

import json
import re
import socket
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from . import chat, gemini, messages, responses
from .embeddings import Completions, Embeddings
from .scripts import Scripts
from .strict import Refused

DIALECTS = [(re.compile(path), dialect) for path, dialect in (
    (r"/v1/chat/completions", chat),
    (r"/v1/responses", responses),
    (r"/v1/messages(/count_tokens)?", messages),
    (r"/v1beta/models/[^:/]+:(streamGenerateContent|generateContent)", gemini),
    (r"/v1/embeddings", Embeddings),
    (r"/v1/completions", Completions),
)]


@dataclass
class Seen:
    """One request on the wire."""

    method: str
    path: str
    headers: dict
    body: bytes
    model: str = ""
    dialect: str = ""
    asked: object = None
    refused: str = ""  # why its dialect's checks refused it
    answered_usage: bool = False
    client_left: threading.Event = field(default_factory=threading.Event)


class ScriptedUpstream:
    """`tasks`: name -> what a model named task.NAME says, as a function of what it is asked."""

    def __init__(self, strict=True):
        self.strict = strict
        self.seen = []
        self.tasks = {}
        self.lock = threading.Lock()
        upstream = self

        class Handler(_Handler):
            owner = upstream

        class Server(ThreadingHTTPServer):
            request_queue_size = 64

            def handle_error(self, *_):
                """A client that leaves in the middle is part of the script."""
                if not isinstance(sys.exc_info()[1], OSError):
                    super().handle_error(*_)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def root(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self):
        return self.root + "/v1"

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

    def refusals(self):
        """What was asked in a way that the real provider would not have taken."""
        with self.lock:
            return [f"{seen.dialect} {seen.model}: {seen.refused}" for seen in self.seen if seen.refused]


class _Handler(Scripts, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner = None

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_HEAD(self):
        self.owner.add(Seen("HEAD", self.path, dict(self.headers), b""))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.owner.add(Seen("GET", self.path, dict(self.headers), b""))
        path = urlsplit(self.path).path
        if path == "/v1/models" and "anthropic-version" in self.headers:
            self.send_json(200, {"data": [{"type": "model", "id": "ok.listed", "display_name": "Listed", "created_at": "2026-01-01T00:00:00Z"}],
                                 "has_more": False, "first_id": "ok.listed", "last_id": "ok.listed"})
        elif path == "/v1/models":
            self.send_json(200, {"object": "list", "data": [{"id": "ok.listed", "object": "model", "created": 1, "owned_by": "upstream"}]})
        elif path == "/v1beta/models":
            self.send_json(200, {"models": [{"name": "models/ok.listed", "displayName": "Listed", "inputTokenLimit": 1000000,
                                             "outputTokenLimit": 65536, "supportedGenerationMethods": ["generateContent"]}]})
        else:
            self.send_json(404, {"error": {"message": "no such path", "type": "invalid_request_error", "param": None, "code": None}})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])) if "Content-Length" in self.headers else self.read_chunks()
        seen = Seen("POST", self.path, dict(self.headers), body)
        path = urlsplit(self.path).path
        self.dialect = next((dialect for known, dialect in DIALECTS if known.fullmatch(path)), None)
        if self.dialect is None:
            self.owner.add(seen)
            self.send_json(404, {"error": {"message": f"no such path: {path}", "type": "invalid_request_error", "param": None, "code": None}})
            return
        seen.dialect = self.dialect.NAME
        request = json.loads(body)
        seen.model = path.rsplit("/", 1)[1].split(":")[0] if self.dialect is gemini else request.get("model", "")
        self.owner.add(seen)
        try:
            seen.asked = self.dialect.check(request, self.headers, path) if self.owner.strict else chat.loosely(request)
        except Refused as refused:
            seen.refused = refused.message
            self.send_json(*self.dialect.refusal(refused))
            return
        if path.endswith("/count_tokens"):
            self.send_json(200, messages.count_tokens(seen.asked))
            return
        script = getattr(self, "script_" + seen.model.split(".")[0], None)
        if script is None:
            self.fail(seen, "model")
        else:
            script(seen.asked, seen)

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

    def begin_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send_events(self, events):
        for name, value in events:
            data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            event = (f"event: {name}\n" if name else "") + f"data: {data}\n\n"
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event.encode()), event.encode()))

    def end_stream(self):
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
