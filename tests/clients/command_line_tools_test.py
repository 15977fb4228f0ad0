# SPDX-License-Identifier: GPL-3.0-or-later
"""A task of several turns with each coding tool: directly, and with a fallback in the middle.

The tool under test is named by TOOL. ToSame: the first step is cut off once and then goes on; the others: the first step is
limited after its first answer, and a step of another dialect takes over a conversation that it did not begin.
"""

import os
import sys
import tempfile
import unittest
from collections import Counter

from command_line_tools import AFTER, BEFORE, DONE, TOOLS
from signalbox_process import TOKEN, Signalbox
from targets import DIALECTS
from three_logs import ThreeLogs
from upstream.server import ScriptedUpstream

TOOL = TOOLS[os.environ["TOOL"]]
OTHERS = [dialect for dialect in DIALECTS if dialect != TOOL.dialect]
CHAINS = {"to-same": [f"{TOOL.dialect}:task_cut.same", f"{TOOL.dialect}:task.same"]} | {
    f"to-{other}": [f"{TOOL.dialect}:task_limited.{other}", f"{other}:task.{other}"] for other in OTHERS} | {
    "gives-up": [f"{TOOL.dialect}:key_refused.first", f"{OTHERS[0]}:key_refused.second"]}


def setUpModule():
    global upstream
    upstream = unittest.enterModuleContext(ScriptedUpstream())


class Task(unittest.TestCase):
    def run_tool(self, script, root, token, model):
        with tempfile.TemporaryDirectory(prefix="signalbox-tool-", ignore_cleanup_errors=True) as folder:
            tool = TOOL(folder)
            upstream.tasks[script] = tool.model_says
            before, refused = len(upstream.seen), len(upstream.refusals())
            done = tool.run(root, token, model)
            seen = [each for each in upstream.seen[before:] if each.method == "POST"]
            story = "\n".join([done.stdout[-3000:], done.stderr[-3000:], *(f"{each.dialect}:{each.model} {each.asked and (each.asked.turns, len(each.asked.tools), each.asked.results)}" for each in seen[:12])])
            self.assertEqual(upstream.refusals()[refused:], [], "the provider would not have taken this\n" + story)
            self.assertEqual(done.returncode, 0, story)
            self.assertEqual(tool.notes.read_text(), AFTER, story)
            self.assertIn(DONE, done.stdout, story)
            return seen


class Direct(Task):
    def test_the_task_is_done(self):
        self.run_tool("direct", upstream.root, "a-key", "task.direct")


class Through(Task):
    def test_where_no_step_answers_the_tool_asks_again_but_the_providers_do_not_notice(self):
        """None of them takes notice of x-should-retry on a 503; opencode never gives up."""
        logs = ThreeLogs(self, self.signalbox, upstream)
        with tempfile.TemporaryDirectory(prefix="signalbox-tool-", ignore_cleanup_errors=True) as folder:
            tool = TOOL(folder)
            tool.hasty = True
            done = tool.run(self.signalbox.address, TOKEN, "gives-up", tool.gives_up_within_s)
            self.assertEqual(tool.notes.read_text(), BEFORE)
        self.assertNotEqual(done.returncode, 0)
        if not tool.endless:
            self.assertIn("No step of chain 'gives-up' answered", done.stdout + done.stderr)
        asked = [f"{each.dialect}:{each.model}" for each in upstream.seen[logs.seen_before:] if each.method == "POST"]
        self.assertEqual(sorted(asked), sorted(CHAINS["gives-up"]), "the breakers hold the keys back that were refused")
        rows = logs.rows_with_end()
        self.assertEqual({(row["outcome"], row["status"]) for row in rows}, {("Refused", 503)})
        self.assertLessEqual(len(rows), 30)

    @classmethod
    def setUpClass(cls):
        cls.signalbox = cls.enterClassContext(Signalbox(upstream, CHAINS))

    def run_through(self, name):
        logs = ThreeLogs(self, self.signalbox, upstream)
        seen = self.run_tool(name, self.signalbox.address, TOKEN, f"to-{name}")
        asked = Counter(f"{each.dialect}:{each.model}" for each in seen)
        self.assertEqual(set(asked), set(CHAINS[f"to-{name}"]), "both steps were asked, each in its dialect")
        self.assertNotIn(TOKEN, "".join(str(each.headers) for each in seen), "the local token stays here")
        logs.check_wire()


def goes_to(name):
    return lambda self: self.run_through(name)


for other in ("same", *OTHERS):
    setattr(Through, f"test_the_task_is_done_with_a_fallback_to_{other}", goes_to(other))


if __name__ == "__main__":
    if TOOL.path() is None:
        print(f"SKIPPED: there is no {TOOL.name} for this machine", file=sys.stderr)
        sys.exit(77)
    unittest.main(verbosity=2)
