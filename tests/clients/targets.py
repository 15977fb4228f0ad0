# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the same cases directly at the scripted provider, to see that they are right, and through Signalbox.

Through Signalbox each case has a chain of its own: the first step speaks the client's dialect and fails before it says
anything; the second one answers, in the dialect that the class is named for.
"""

import hashlib
import os
import unittest
from collections import Counter

from signalbox_process import TOKEN, Signalbox
from three_logs import ThreeLogs
from upstream.server import ScriptedUpstream

FAILURES = ("cut_before", "rate_limited", "overloaded", "broken")
DIALECTS = tuple(os.environ.get("SPOKEN", "chat responses messages gemini").split())  # which steps may speak


def says(script):
    """Which script of the provider a case talks to; else "ok"."""
    def mark(case):
        case.script = script
        return case
    return mark


class Case(unittest.TestCase):
    dialect = "chat"  # of the client
    target = None  # the dialect of the step that answers; None: the provider itself
    upstream = signalbox = None

    @classmethod
    def case_id(cls, name):
        whole = f"{cls.__name__}-{name.removeprefix('test_')}".replace("_", "-").lower()
        # The id of a chain has 64 characters at most.
        return whole if len(whole) <= 64 else f"{whole[:55]}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"

    @classmethod
    def chains(cls):
        """Chain -> steps of all cases. The models are named for their case: no breaker is met by another one."""
        names = unittest.TestLoader().getTestCaseNames(cls)
        return {cls.case_id(name): [f"{cls.dialect}:{FAILURES[at % len(FAILURES)]}.{cls.case_id(name)}",
                                    f"{cls.target}:{cls.script_of(name)}.{cls.case_id(name)}"]
                for at, name in enumerate(names)}

    @classmethod
    def script_of(cls, name):
        return getattr(getattr(cls, name), "script", "ok")

    @property
    def model(self):
        """What the case asks for."""
        case = self.case_id(self._testMethodName)
        return case if self.target else f"{self.script_of(self._testMethodName)}.{case}"

    @property
    def root(self):
        return self.signalbox.address if self.target else self.upstream.root

    @property
    def token(self):
        return TOKEN if self.target else "a-key"

    def setUp(self):
        self.seen_before = len(self.upstream.seen)
        self.refused_before = len(self.upstream.refusals())
        if self.target:
            self.logs = ThreeLogs(self, self.signalbox, self.upstream)

    def tearDown(self):
        self.assertEqual(self.upstream.refusals()[self.refused_before:], [], "the provider would not have taken this")
        if not self.target:
            return
        chain = self.chains()[self.case_id(self._testMethodName)]
        wire = [seen for seen in self.upstream.seen[self.seen_before:] if seen.method == "POST"]
        asked = Counter(f"{seen.dialect}:{seen.model}" for seen in wire)
        self.assertEqual(set(asked), set(chain), "both steps were asked, each in its dialect")
        self.assertNotIn(TOKEN, "".join(str(seen.headers) for seen in wire), "the local token stays here")
        self.logs.check_wire(self.requests())

    def requests(self):
        """How many requests the client made."""
        return max(1, len([seen for seen in self.upstream.seen[self.seen_before:]
                           if seen.method == "POST" and seen.asked and not seen.model.startswith(FAILURES)]))

    @property
    def answers(self):
        """What the provider's step that answers was asked in this case, in order."""
        return [seen.asked for seen in self.upstream.seen[self.seen_before:] if seen.asked and not seen.model.startswith(FAILURES)]


def both_ways(namespace, cases, dialect, targets=DIALECTS):
    """Makes the classes of the cases: Direct… and Through…"""
    direct = type(f"Direct{cases.__name__}", (cases, Case), {"dialect": dialect, "__module__": namespace["__name__"]})
    namespace[direct.__name__] = direct
    for target in (each for each in targets if each in DIALECTS):
        name = f"Through{cases.__name__}To{target.title()}"
        namespace[name] = type(name, (cases, Case), {"dialect": dialect, "target": target, "__module__": namespace["__name__"]})
    namespace["setUpModule"] = lambda: start(namespace)


def start(namespace):
    """The provider always; Signalbox with the chains of all cases once one goes through it."""
    Case.upstream = unittest.enterModuleContext(ScriptedUpstream())
    Case.signalbox = None
    through = [each for each in namespace.values() if isinstance(each, type) and issubclass(each, Case) and each.target]
    chains = {chain: steps for each in through for chain, steps in each.chains().items()}

    def start_once(cls):
        if Case.signalbox is None:
            Case.signalbox = unittest.enterModuleContext(Signalbox(Case.upstream, chains))
    for each in through:
        each.setUpClass = classmethod(start_once)
