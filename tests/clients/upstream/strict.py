# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that say what is wrong with a request the way a strict provider does."""

import re


class Refused(Exception):
    """The request is wrong. `code` is OpenAI's, the others say it in words only."""

    def __init__(self, message, param=None, code="invalid_value", status=400):
        super().__init__(message)
        self.message, self.param, self.code, self.status = message, param, code, status


def require(condition, message, param=None, code="invalid_value"):
    if not condition:
        raise Refused(message, param, code)


def members(value, where, needed=(), allowed=()):
    """An object with the needed members and none that nobody knows."""
    require(isinstance(value, dict), f"Invalid type for '{where}': expected an object", where, "invalid_type")
    for name in needed:
        require(name in value, f"Missing required parameter: '{join(where, name)}'", join(where, name), "missing_required_parameter")
    for name in value:
        require(name in needed or name in allowed, f"Unknown parameter: '{join(where, name)}'", join(where, name), "unknown_parameter")
    return value


def join(where, name):
    return f"{where}.{name}" if where else name


def choice(value, where, values):
    require(value in values, f"Invalid value: '{value}' for '{where}'. Supported values are: {sorted(map(str, values))}", where)


def kind(value, where, *types):
    fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
    require(fits, f"Invalid type for '{where}': {type(value).__name__}", where, "invalid_type")
    return value


def number(value, where, low, high):
    kind(value, where, int, float)
    require(low <= value <= high, f"Invalid '{where}': must be between {low} and {high}", where)


def optional(body, name, check, *arguments):
    """Checks a member that may be missing or null."""
    if body.get(name) is not None:
        check(body[name], name, *arguments)


def pattern(value, where, regex):
    kind(value, where, str)
    require(re.fullmatch(regex, value), f"Invalid '{where}': '{value}' does not match {regex}", where)


def name_of_tool(value, where, longest=64):
    pattern(value, where, r"[a-zA-Z0-9_-]{1,%d}" % longest)


def schema(value, where, strict=False):
    """A JSON schema of a tool's arguments."""
    kind(value, where, dict)
    require(value.get("type") == "object", f"Invalid schema for '{where}': type must be 'object'", where, "invalid_function_parameters")
    if strict:
        require(value.get("additionalProperties") is False and set(value.get("required", ())) == set(value.get("properties", ())),
                f"Invalid schema for '{where}': strict needs additionalProperties false and all keys required", where,
                "invalid_function_parameters")


def image_url(value, where):
    kind(value, where, str)
    require(re.match(r"https?://|data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*$", value),
            f"Invalid '{where}': expected a URL or a base64-encoded data URL", where)
