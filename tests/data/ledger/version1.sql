-- SPDX-License-Identifier: GPL-3.0-or-later
-- A ledger of version 1, as released. Never edit: it stands for files users have.
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

INSERT INTO requests VALUES ('01KAGW40000000000000000001', 1763640000000000, 'aider', 'chat.completions', 'coding',
    'coding', 1, 1, 1763640002000000, 'AnsweredByFallback', 200, 2, 2, 'anthropic/claude-haiku-5-5', 2000000, 900000,
    150, 1000, 0, 0, 0, 200, 0, 0, 0, 0, NULL, '',
    '[{"step":3,"provider":"box","model":"qwen3:32b","reason":"NotNeeded","detail":""}]');
INSERT INTO attempts VALUES ('01KAGW40000000000000000001', 1, 1, 'openai', 'gpt-5.4', 1763640000000000,
    'RateLimited', 429, '', 'Rate limit reached', 0, 0, 50, 1000, 2000, 3000, 80000, 0, 90000, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 'Unknown', NULL, 'Unknown', '2026-11-20', 'closed', 'open');
INSERT INTO attempts VALUES ('01KAGW40000000000000000001', 2, 2, 'anthropic', 'claude-haiku-5-5', 1763640000090000,
    'Answered', 200, 'claude-haiku-5-5', '', 0, 0, 90050, 0, 0, 0, 300000, 800000, 1900000, 1,
    1000, 0, 0, 0, 200, 0, 0, 0, 0, 'Reported', 4200000, 'Computed', '2026-11-20', 'closed', 'closed');
INSERT INTO spend_daily VALUES ('2025-11-20', 'openai', 'gpt-5.4', 'coding', 'aider', 1, 1,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO spend_daily VALUES ('2025-11-20', 'anthropic', 'claude-haiku-5-5', 'coding', 'aider', 1, 0,
    1000, 0, 0, 0, 200, 0, 0, 0, 0, 4200000);
PRAGMA user_version = 1;
