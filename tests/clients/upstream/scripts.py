# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model's name asks for, in whatever dialect it was asked: the part before the dot is the script."""

from .said import Said, echo, pieces

# Longer than any deadline: a chain whose steps are all limited would wait for the one that is back first.
RETRY_AFTER = ("Retry-After", "400")
HALF = ["Half of ", "an ans"]


class Scripts:
    """Mixed into the handler, which sends."""

    dialect = None

    def fail(self, seen, what, fields=()):
        self.send_json(*self.dialect.error(what), fields)

    def answer(self, asked, seen, said, done=True):
        seen.answered_usage = done or self.dialect.NAME == "chat"
        if not asked.stream:
            self.send_json(200, self.dialect.whole(asked, said))
            return
        if self.dialect.NAME in ("chat", "completions"):
            seen.answered_usage = asked.include_usage
        stream = self.dialect.Stream(asked)
        self.begin_stream()
        self.send_events(stream.opening(said))
        if said.thinking:
            self.send_events(stream.thinking(said.thinking))
        if said.text:
            self.send_events(stream.text(pieces(said.text)))
        if said.calls:
            self.send_events(stream.calls(said))
        self.send_events(stream.closing(said, done))
        self.end_stream()

    def break_off(self, asked, parts, how):
        """A stream that does not come to its end: cut, closed in good order, or with an error in it."""
        stream = self.dialect.Stream(asked)
        self.begin_stream()
        self.send_events(stream.opening())
        if parts:
            self.send_events(stream.text(parts))
        if how == "cut":
            self.cut()
            return
        if how != "closed":
            self.send_events(stream.error(how))
        self.end_stream()

    # Models that answer

    def script_ok(self, asked, seen):
        self.answer(asked, seen, echo(asked))

    def script_thinks(self, asked, seen):
        said = echo(asked)
        said.thinking = "Let me think."
        self.answer(asked, seen, said)

    def script_sees(self, asked, seen):
        self.answer(asked, seen, Said(f"I see {asked.images} images"))

    def script_no_done(self, asked, seen):
        self.answer(asked, seen, Said("whole"), done=False)

    def script_verbatim(self, asked, seen):
        """An answer in a shape that no serializer would write."""
        seen.answered_usage = True
        self.send_bytes(200, VERBATIM_ANSWER)

    def script_empty(self, asked, seen):
        seen.answered_usage = True
        self.send_json(200, self.dialect.whole(asked, Said()))

    # Tasks of several turns, with or without a failure in the middle

    def script_task(self, asked, seen):
        self.answer(asked, seen, self.owner.tasks[seen.model.split(".")[1]](asked))

    def script_task_limited(self, asked, seen):
        if asked.turns:
            self.script_rate_limited(asked, seen)
        else:
            self.script_task(asked, seen)

    def script_task_cut(self, asked, seen):
        if asked.turns == 1:
            self.script_cut_before(asked, seen)
        else:
            self.script_task(asked, seen)

    # Failures

    def script_rate_limited(self, asked, seen):
        self.fail(seen, "rate", [RETRY_AFTER] if self.dialect.NAME != "gemini" else ())

    def script_quota(self, asked, seen):
        self.fail(seen, "quota")

    def script_late_quota(self, asked, seen):
        """What OpenAI does in a stream: 200, two events, then that the account is empty."""
        self.break_off(asked, [], "quota")

    def script_broken(self, asked, seen):
        self.fail(seen, "broken")

    def script_overloaded(self, asked, seen):
        self.fail(seen, "overloaded")

    def script_key_refused(self, asked, seen):
        self.fail(seen, "key")

    def script_bad_request(self, asked, seen):
        self.fail(seen, "request")

    def script_too_long(self, asked, seen):
        self.fail(seen, "long")

    def script_error_in_200(self, asked, seen):
        self.send_json(200, self.dialect.error("overloaded")[1])

    def script_hang(self, asked, seen):
        self.wait_until_client_leaves(seen)

    def script_cut_before(self, asked, seen):
        if asked.stream:
            self.break_off(asked, [], "cut")
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "4000")
        self.end_headers()
        self.wfile.write(b'{"id": "chatcmpl-1", "object": "chat.completion", "choices": [')
        self.cut()

    def script_cut_after(self, asked, seen):
        self.break_off(asked, HALF, "cut")

    def script_closed_after(self, asked, seen):
        """The body ends in good order, but the answer in it does not."""
        self.break_off(asked, HALF, "closed")

    def script_error_first(self, asked, seen):
        self.break_off(asked, [], "overloaded")

    def script_error_after(self, asked, seen):
        self.break_off(asked, HALF, "broken")

    def script_endless(self, asked, seen):
        """One piece of content, then nothing until the other side leaves."""
        stream = self.dialect.Stream(asked)
        self.begin_stream()
        self.send_events(stream.opening())
        self.send_events(stream.text(["Once upon a time "]))
        self.wait_until_client_leaves(seen)


VERBATIM_ANSWER = (
    '{"choices" :[ {"finish_reason":"stop","message":{"content":"caf\\u00e9 \U0001f682\\/","role":"assistant"},"index":0}],\r\n'
    '\t"usage":{"total_tokens":29,"completion_tokens":8,"prompt_tokens":21, "prompt_tokens_details":{"cached_tokens" :5}},"zeta":12345678901234567890123, "x":1.50e+2,'
    '"id":"v","object":"chat.completion","created":1,"model":"verbatim-2026-01-01" }\n'
).encode()
