-- SPDX-License-Identifier: GPL-3.0-or-later
-- Times are microseconds since 1970 UTC, durations microseconds, money nano-dollars; NULL money is unknown.
-- Documented in core/record/ledger/README.md.
PRAGMA application_id = 1396854616; -- "SBOX"

CREATE TABLE requests (
    id                  TEXT NOT NULL PRIMARY KEY,
    started_at          INTEGER NOT NULL,
    client              TEXT NOT NULL,
    endpoint            TEXT NOT NULL,
    model_asked         TEXT NOT NULL,
    chain               TEXT NOT NULL,
    chain_version       INTEGER NOT NULL,
    stream              INTEGER NOT NULL,
    ended_at            INTEGER,
    outcome             TEXT,
    status              INTEGER,
    attempts            INTEGER,
    served_step         INTEGER,
    served_by           TEXT,
    total_us            INTEGER,
    first_token_us      INTEGER,
    overhead_us         INTEGER,
    input_tokens        INTEGER,
    cached_input_tokens INTEGER,
    cache_write_tokens  INTEGER,
    cache_write_1h_tokens INTEGER,
    output_tokens       INTEGER,
    reasoning_tokens    INTEGER,
    audio_input_tokens  INTEGER,
    audio_output_tokens INTEGER,
    image_input_tokens  INTEGER,
    cost_nano           INTEGER,
    error               TEXT,
    skipped             TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX requests_open ON requests (id) WHERE outcome IS NULL;

CREATE TABLE attempts (
    request_id          TEXT NOT NULL,
    attempt             INTEGER NOT NULL,
    step                INTEGER NOT NULL,
    provider            TEXT NOT NULL,
    model               TEXT NOT NULL,
    started_at          INTEGER NOT NULL,
    outcome             TEXT,
    status              INTEGER,
    model_answered      TEXT,
    detail              TEXT,
    ambiguous           INTEGER,
    simulated           INTEGER,
    queue_us            INTEGER,
    dns_us              INTEGER,
    connect_us          INTEGER,
    tls_us              INTEGER,
    first_byte_us       INTEGER,
    first_token_us      INTEGER,
    total_us            INTEGER,
    reused              INTEGER,
    input_tokens        INTEGER,
    cached_input_tokens INTEGER,
    cache_write_tokens  INTEGER,
    cache_write_1h_tokens INTEGER,
    output_tokens       INTEGER,
    reasoning_tokens    INTEGER,
    audio_input_tokens  INTEGER,
    audio_output_tokens INTEGER,
    image_input_tokens  INTEGER,
    usage_confidence    TEXT,
    cost_nano           INTEGER,
    cost_confidence     TEXT,
    price_version       TEXT,
    breaker_before      TEXT,
    breaker_after       TEXT,
    PRIMARY KEY (request_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_open ON attempts (request_id) WHERE outcome IS NULL;

CREATE TABLE events (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    provider   TEXT,
    model      TEXT,
    from_state TEXT,
    to_state   TEXT,
    cause      TEXT,
    until      INTEGER,
    subject    TEXT,
    text       TEXT
) STRICT;

CREATE INDEX events_by_time ON events (at);

CREATE TABLE spend_daily (
    day                 TEXT NOT NULL,
    provider            TEXT NOT NULL,
    model               TEXT NOT NULL,
    chain               TEXT NOT NULL,
    client              TEXT NOT NULL,
    attempts            INTEGER NOT NULL,
    unpriced            INTEGER NOT NULL,
    input_tokens        INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    cache_write_tokens  INTEGER NOT NULL,
    cache_write_1h_tokens INTEGER NOT NULL,
    output_tokens       INTEGER NOT NULL,
    reasoning_tokens    INTEGER NOT NULL,
    audio_input_tokens  INTEGER NOT NULL,
    audio_output_tokens INTEGER NOT NULL,
    image_input_tokens  INTEGER NOT NULL,
    cost_nano           INTEGER NOT NULL,
    PRIMARY KEY (day, provider, model, chain, client)
) STRICT, WITHOUT ROWID;
