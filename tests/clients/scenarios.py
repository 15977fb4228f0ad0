# SPDX-License-Identifier: GPL-3.0-or-later
"""The chains of the client tests: chain -> what its steps do (see upstream/scripts.py).

Each scenario has models of its own, so that no breaker opened by one is met by another.
"""

SHORT = {"firstTokenMs": 300, "answerMs": 300}

FAILURES_BEFORE_CONTENT = {  # name -> the first step; the second answers
    "rate-limited": "rate_limited",
    "quota": "quota",
    "broken": "broken",
    "key-refused": "key_refused",
    "error-in-200": "error_in_200",
    "hang": ("hang", SHORT),
    "cut-before": "cut_before",
}
FAILURES_OF_STREAMS = FAILURES_BEFORE_CONTENT | {"error-first": "error_first"}
FAILURES_OF_WHOLE_ANSWERS = FAILURES_BEFORE_CONTENT | {"empty": "empty"}


def step(script, name):
    script, limits = (script, {}) if isinstance(script, str) else script
    return (f"{script}.{name}", limits)


def chains(language):
    """`language` keeps the models of the two SDKs apart."""
    single = {name: [step(script, f"{language}-{name}")] for name, script in {
        "chat": "ok", "stream": "ok", "usage": "ok", "no-usage": "ok", "tools": "ok", "tools-stream": "ok", "parallel": "ok",
        "bytes": "ok", "bytes-stream": "ok", "verbatim": "verbatim", "no-done": "no_done", "abandoned": "endless",
        "error-after": "error_after", "closed-after": "closed_after", "conversation": "ok",
    }.items()}
    fallbacks = {f"{kind}-{name}": [step(script, f"{language}-{kind}"), step("ok", f"{language}-{kind}-{name}")]
                 for kind, failures in (("whole", FAILURES_OF_WHOLE_ANSWERS), ("stream", FAILURES_OF_STREAMS))
                 for name, script in failures.items()}
    # The first step of each is the script with the kind's name: one model per scenario all the same.
    several = {
        "bad-request": [step("bad_request", f"{language}-first"), step("ok", f"{language}-never-asked")],
        "cut-after": [step("cut_after", f"{language}-first"), step("ok", f"{language}-never-asked-either")],
        "all-broken": [step("broken", f"{language}-one"), step("broken", f"{language}-two"), step("cut_before", f"{language}-three")],
        "all-broken-stream": [step("broken", f"{language}-four"), step("error_first", f"{language}-five")],
        "all-rate-limited": [step("rate_limited", f"{language}-one"), step("rate_limited", f"{language}-two")],
    }
    return single | fallbacks | several
