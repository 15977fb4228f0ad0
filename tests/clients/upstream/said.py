# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked and what is said, whatever the dialect."""

import json
from dataclasses import dataclass, field

PROMPT_TOKENS, CACHED_TOKENS, ANSWER_TOKENS = 21, 5, 8
# At 2.50 $ per million tokens, 0.25 for cached ones and 10 for output: in nano-dollars.
COST = (PROMPT_TOKENS - CACHED_TOKENS) * 2500 + CACHED_TOKENS * 250 + ANSWER_TOKENS * 10000
TOOL_ARGUMENTS = {"city": "Zürich", "days": 3}


@dataclass
class Call:
    name: str
    arguments: dict
    id: str = ""

    @property
    def json(self):
        return json.dumps(self.arguments, ensure_ascii=False)


@dataclass
class Said:
    text: str = ""
    calls: list = field(default_factory=list)
    thinking: str = ""


@dataclass
class Asked:
    """A request that passed its dialect's checks."""

    model: str
    stream: bool = False
    include_usage: bool = True
    system: str = ""
    tools: list = field(default_factory=list)  # names
    turns: int = 0  # how often the model has spoken
    last: str = ""  # the text that came last, of the user or out of a tool
    results: list = field(default_factory=list)  # the texts that tools gave since the model spoke last
    users: list = field(default_factory=list)  # all texts of the user
    images: int = 0
    input_count: int = 0  # of embeddings
    body: dict = field(default_factory=dict)


def echo(asked):
    """Each tool is called once, then its result is talked about."""
    if asked.tools and not asked.results:
        return Said(calls=[Call(name, TOOL_ARGUMENTS, f"call_{n}") for n, name in enumerate(asked.tools)])
    return Said(text=f"You said: {asked.last}")


def pieces(text, size=5):
    return [text[at:at + size] for at in range(0, len(text), size)]


def text_of(content, types=("text", "input_text", "output_text")):
    """The text of a content that is a string or a list of parts."""
    if content is None or isinstance(content, str):
        return content or ""
    return " ".join(part["text"] for part in content if part.get("type") in types)
