# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real program, headless, on a profile of its own and a free port."""

import json
import os
import queue
import subprocess
import tempfile
import threading
from pathlib import Path

TOKEN = "local-token-of-the-client-tests"
UPSTREAM_KEY = "upstream-key-of-the-client-tests"
LOST_KEYS = {"key_refused", "quota"}  # after these a key is refused or spent for all its models
START_LIMIT_S = 60  # a sanitizer build on a busy machine; nothing waits that long when all is well
FAST_LIMITS = {"connectMs": 5000, "firstTokenMs": 60000, "answerMs": 60000, "idleMs": 60000}


class Signalbox:
    """`chains`: chain id -> list of steps; a step is a model's name, or (name, limits that differ).

    A name that begins with a dialect ("messages:ok.x") is asked in that dialect, others in Chat Completions.
    """

    def __init__(self, upstream, chains):
        self.upstream = upstream
        self.chains = chains
        self.lines = queue.Queue()

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="signalbox-clients-")
        self.profile = Path(self.folder.name)
        config = self.config()
        (self.profile / "config.json").write_text(json.dumps(config, indent=1))
        environment = {name: value for name, value in os.environ.items()
                       if not name.lower().endswith("_proxy") and name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        environment |= {self.key_variable(provider["id"]): f"key-of-{provider['id']}" for provider in config["providers"]}
        environment |= {"CLIENT_TOKEN": TOKEN, "UPSTREAM_KEY": UPSTREAM_KEY}
        self.process = subprocess.Popen(
            [os.environ["SIGNALBOX"], "--headless", "--profile", str(self.profile), "--port", "0"],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment, text=True)
        threading.Thread(target=self.read_lines, daemon=True).start()
        self.address = self.wait_for_address()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            status = self.process.wait(timeout=START_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("SIGTERM did not end the program") from None
        finally:
            self.process.stdout.close()
            self.folder.cleanup()
        assert status == 0, f"the program ended with status {status}"

    @property
    def base_url(self):
        return self.address + "/v1"

    @property
    def ledger(self):
        return self.profile / "ledger.db"

    def read_lines(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())
        self.lines.put(None)

    def wait_for_address(self):
        while True:
            line = self.lines.get(timeout=START_LIMIT_S)
            if line is None:
                raise AssertionError(f"the program ended with status {self.process.wait()} before it served")
            if line.startswith("listening on "):
                return line.split()[2]

    def config(self):
        steps = {chain: [self.step(n, step) for n, step in enumerate(steps, 1)] for chain, steps in self.chains.items()}
        accounts = sorted({step["provider"] for all_of_one in steps.values() for step in all_of_one})
        return {
            "schemaVersion": 1,
            "server": {"port": 8377, "requireToken": True},
            "clients": [{"id": "sdk", "token": {"env": "CLIENT_TOKEN"}}],
            "providers": [self.provider(account) for account in accounts],
            "chains": [{"id": chain, "steps": all_of_one} for chain, all_of_one in steps.items()],
        }

    def provider(self, account):
        dialect = account.split("-")[0]
        spoken = {"responses": {"preset": "openai-compatible", "baseUrl": self.upstream.base_url, "dialects": ["responses"]},
                  "messages": {"preset": "anthropic-compatible", "baseUrl": self.upstream.root},
                  "gemini": {"preset": "gemini", "baseUrl": self.upstream.root + "/v1beta", "dialects": ["gemini"]}}
        return {"id": account, "key": {"env": self.key_variable(account)},
                "prices": {"*": {"input": 2.5, "cachedInput": 0.25, "output": 10}},
                } | spoken.get(dialect, {"preset": "openai-compatible", "baseUrl": self.upstream.base_url})

    @staticmethod
    def step(number, step):
        """Each step is an account of its own at the upstream; one that loses its key is used for nothing else."""
        model, limits = (step, {}) if isinstance(step, str) else step
        dialect, _, model = model.rpartition(":")
        prefix = dialect + "-" if dialect not in ("", "chat") else ""
        account = model.replace(".", "-").replace("_", "-") if model.split(".")[0] in LOST_KEYS else f"account{number}"
        return {"provider": prefix + account, "model": model} | FAST_LIMITS | limits

    @staticmethod
    def key_variable(account):
        return "UPSTREAM_KEY" if "account" in account else "KEY_" + account.replace("-", "_").upper()
