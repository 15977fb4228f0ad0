# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs node_dialects_test.mjs directly at the scripted provider, or through Signalbox to steps of each dialect.

usage: run_node_dialects.py FOLDER_WITH_NODE_MODULES direct|through
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from signalbox_process import TOKEN, Signalbox
from targets import DIALECTS
from upstream.server import ScriptedUpstream

CLIENTS = {"anthropic": "messages", "responses": "responses", "ai-sdk": "chat"}
CASES = ("answer", "stream", "tools", "tools-stream")
FAILURES = ("cut_before", "rate_limited", "overloaded", "broken")


def chains():
    """Chain -> steps: the first fails in the client's dialect, the second answers in the target's."""
    return {f"{client}-{target}-{case}": [f"{own}:{FAILURES[at % len(FAILURES)]}.{client}-{target}-{case}",
                                          f"{target}:ok.{client}-{target}-{case}"]
            for client, own in CLIENTS.items() for target in DIALECTS for at, case in enumerate(CASES)}


def run_node(folder, root, token, models):
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {"ROOT": root, "TOKEN": token, "NODE_CLIENTS": folder + "/", "MODELS": json.dumps(models),
                    "AI_SDK_LOG_WARNINGS": "false"}
    test = Path(__file__).with_name("node_dialects_test.mjs")
    return subprocess.run(["node", "--test", "--test-reporter=spec", str(test)], env=environment).returncode


def wrong_on_the_wire(upstream, expected):
    """What the provider would not have taken, and steps that were not asked, or not in their dialect."""
    asked = Counter(f"{seen.dialect}:{seen.model}" for seen in upstream.seen if seen.method == "POST")
    return upstream.refusals() + sorted(set(expected).symmetric_difference(asked))


def direct(folder):
    with ScriptedUpstream() as upstream:
        models = {client: {own: {case: f"ok.{client}-{case}" for case in CASES}} for client, own in CLIENTS.items()}
        status = run_node(folder, upstream.root, "a-key", models)
        return status, upstream.refusals()


def through(folder):
    with ScriptedUpstream() as upstream, Signalbox(upstream, chains()) as signalbox:
        models = {client: {target: {case: f"{client}-{target}-{case}" for case in CASES} for target in DIALECTS} for client in CLIENTS}
        status = run_node(folder, signalbox.address, TOKEN, models)
        return status, wrong_on_the_wire(upstream, {step for steps in chains().values() for step in steps})


def main(folder, how):
    status, wrong = {"direct": direct, "through": through}[how](folder)
    for each in wrong:
        print(f"wrong on the wire: {each}", file=sys.stderr)
    return status or bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
