# SPDX-License-Identifier: GPL-3.0-or-later
"""Coding tools, each set up in a home of its own, talking to one address and nothing else.

All get the same task: read a file, change a word in it, say so. The scripted model calls the tool's own tools.
"""

import glob
import json
import os
import subprocess
from pathlib import Path

from upstream.said import Call, Said

BEFORE, AFTER = "colour: red\n", "colour: blue\n"
TASK = "Make the colour in notes.txt blue."
DONE = "The colour is blue now."
TIME_LIMIT_S = int(os.environ.get("TOOL_TIME_LIMIT_S", 200))  # a busy machine is slow, not stuck
NOWHERE = "http://127.0.0.1:9"  # the discard port: what goes through this proxy goes nowhere


class Tool:
    name = dialect = group = binary = ""
    thinking = ""
    hasty = False  # asks again less often than it would
    endless = False  # asks again until it is killed
    gives_up_within_s = TIME_LIMIT_S

    def __init__(self, folder):
        self.home = Path(folder) / "home"
        self.work = Path(folder) / "work"
        self.home.mkdir()
        self.work.mkdir()
        self.notes = self.work / "notes.txt"
        self.notes.write_text(BEFORE)

    def read(self):
        """The call that reads the file."""
        raise NotImplementedError

    def edit(self):
        raise NotImplementedError

    def command(self, root, token, model):
        """Arguments, and what is added to the environment."""
        raise NotImplementedError

    def model_says(self, asked):
        """The model's side of the task, from what it is asked."""
        read, edit = self.read(), self.edit()
        if not {read.name, edit.name} <= set(asked.tools):
            return Said("A title")  # for what tools ask beside their task
        read.id, edit.id = f"call_read_{asked.turns}", f"call_edit_{asked.turns}"
        if asked.turns == 0:
            return Said("I look first.", [read], self.thinking)
        results = " ".join(asked.results)
        if asked.turns == 1:
            return Said(calls=[edit]) if BEFORE.strip() in results else Said(f"I could not read: {results}")
        return Said(DONE)

    @classmethod
    def path(cls):
        """The program, or None where there is none for this machine."""
        return next(iter(glob.glob(os.path.join(os.environ["CLIENTS"], cls.group, "node_modules", cls.binary))), None)

    def run(self, root, token, model, limit_s=TIME_LIMIT_S):
        arguments, environment = self.command(root, token, model)
        base = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TMPDIR": str(self.home), "LANG": "C.UTF-8", "TERM": "dumb",
                "HTTP_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE, "NO_PROXY": "127.0.0.1,localhost"}
        with subprocess.Popen([self.path(), *arguments], cwd=self.work, env=base | environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                said, complained = process.communicate(timeout=limit_s)
            except subprocess.TimeoutExpired:
                process.kill()
                said, complained = process.communicate()
                complained += f"\nkilled after {limit_s} s"
        return subprocess.CompletedProcess(process.args, process.returncode, said, complained)


class ClaudeCode(Tool):
    name, dialect, group = "claude-code", "messages", "claude-code"
    binary = "@anthropic-ai/claude-code-linux-*/claude"
    thinking = "The file comes first."

    def read(self):
        return Call("Read", {"file_path": str(self.notes)})

    def edit(self):
        return Call("Edit", {"file_path": str(self.notes), "old_string": "red", "new_string": "blue"})

    def command(self, root, token, model):
        return ["-p", TASK, "--permission-mode", "acceptEdits", "--output-format", "json"], {
            "ANTHROPIC_BASE_URL": root, "ANTHROPIC_AUTH_TOKEN": token, "ANTHROPIC_MODEL": model,
            "ANTHROPIC_DEFAULT_HAIKU_MODEL": model, "ANTHROPIC_SMALL_FAST_MODEL": model,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1",
            "DISABLE_ERROR_REPORTING": "1"} | ({"CLAUDE_CODE_MAX_RETRIES": "1"} if self.hasty else {})


class Codex(Tool):
    name, dialect, group = "codex", "responses", "codex"
    binary = "@openai/codex-linux-*/vendor/*/bin/codex"
    thinking = "The file comes first."

    def read(self):
        return Call("exec_command", {"cmd": f"cat {self.notes}"})

    def edit(self):
        return Call("exec_command", {"cmd": f"sed -i s/red/blue/ {self.notes}"})

    def command(self, root, token, model):
        settings = self.home / ".codex"
        settings.mkdir(exist_ok=True)
        patience = "request_max_retries = 1\nstream_max_retries = 1" if self.hasty else ""
        (settings / "config.toml").write_text(f"""
model = "{model}"
model_provider = "local"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.local]
name = "Local"
base_url = "{root}/v1"
wire_api = "responses"
env_key = "LOCAL_TOKEN"
{patience}
""")
        return ["exec", "--skip-git-repo-check", "--json", TASK], {"LOCAL_TOKEN": token}


class Opencode(Tool):
    name, dialect, group = "opencode", "chat", "opencode"
    binary = "opencode-linux-*/bin/opencode"
    endless, gives_up_within_s = True, 15

    def read(self):
        return Call("read", {"filePath": str(self.notes)})

    def edit(self):
        return Call("edit", {"filePath": str(self.notes), "oldString": "red", "newString": "blue"})

    def command(self, root, token, model):
        settings = {
            "provider": {"local": {
                "npm": "@ai-sdk/openai-compatible", "name": "Local", "options": {"baseURL": root + "/v1", "apiKey": token},
                "models": {model: {"name": model, "limit": {"context": 100000, "output": 8000}}}}},
            "model": f"local/{model}", "small_model": f"local/{model}", "autoupdate": False, "share": "disabled",
            "permission": {"edit": "allow", "bash": "allow"}}
        return ["run", TASK], {"OPENCODE_CONFIG_CONTENT": json.dumps(settings), "OPENCODE_DISABLE_AUTOUPDATE": "1",
                               "OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_LSP_DOWNLOAD": "1"}


TOOLS = {tool.name: tool for tool in (ClaudeCode, Codex, Opencode)}
