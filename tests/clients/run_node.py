# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the scripted provider and Signalbox, then Node's tests, which ask this side what the provider saw.

usage: run_node.py FOLDER_WITH_NODE_MODULES
"""

import json
import os
import subprocess
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import scenarios
from signalbox_process import TOKEN, Signalbox
from three_logs import Reply, ThreeLogs
from upstream.server import ScriptedUpstream

CHAINS = scenarios.chains("node")
LEFT_WITHIN_S = 30


class Control(BaseHTTPRequestHandler):
    """GET /asked/CHAIN/STEP: how often the provider was asked; GET /left/CHAIN: waits until its client has left;
    POST /begin and POST /check [replies]: the three logs."""

    upstream = signalbox = logs = None

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        what, chain, *step = urlsplit(self.path).path.strip("/").split("/")
        seen = self.upstream.asked_for(CHAINS[chain][int(step[0]) - 1 if step else 0][0])
        self.answer(200, len(seen) if what == "asked" else seen[0].client_left.wait(timeout=LEFT_WITHIN_S))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/begin":
            Control.logs = ThreeLogs(unittest.TestCase(), self.signalbox, self.upstream)
            self.answer(200, "begun")
            return
        try:
            Control.logs.check([Reply(**reply) for reply in json.loads(body)])
            self.answer(200, "agree")
        except AssertionError as difference:
            self.answer(409, str(difference))


def main(folder):
    with ScriptedUpstream() as upstream, Signalbox(upstream, CHAINS) as signalbox:
        Control.upstream, Control.signalbox = upstream, signalbox
        control = ThreadingHTTPServer(("127.0.0.1", 0), Control)
        threading.Thread(target=control.serve_forever, daemon=True).start()
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment |= {"BASE_URL": signalbox.base_url, "TOKEN": TOKEN, "NODE_CLIENTS": folder + "/",
                        "CONTROL": f"http://127.0.0.1:{control.server_address[1]}", "OPENAI_LOG": "off",
                        "WHOLE": json.dumps(list(scenarios.FAILURES_OF_WHOLE_ANSWERS)),
                        "STREAMS": json.dumps(list(scenarios.FAILURES_OF_STREAMS)),
                        "CHAINS": json.dumps(list(CHAINS))}
        test = Path(__file__).with_name("node_sdk_test.mjs")
        return subprocess.run(["node", "--test", "--test-reporter=spec", str(test)], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
