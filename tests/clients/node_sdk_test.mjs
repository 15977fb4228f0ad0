// SPDX-License-Identifier: GPL-3.0-or-later
// The official Node SDK, through Signalbox, to a scripted provider. Started by run_node.py.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, test } from 'node:test';

const { OpenAI } = createRequire(process.env.NODE_CLIENTS)('openai');
const { BASE_URL, TOKEN, CONTROL } = process.env;
const messages = [{ role: 'user', content: "Grüezi, wie goht's?" }];
const answerText = "You said: Grüezi, wie goht's?";
const toolArguments = { city: 'Zürich', days: 3 };
const tool = (name) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } });

let replies = []; // of requests that reached a chain
let statuses = [];

async function keepingFetch(url, options) {
    const response = await fetch(url, options);
    const field = (name) => response.headers.get(`x-signalbox-${name}`);
    statuses.push(response.status);
    if (options?.method?.toUpperCase() === 'POST' && field('chain') !== null) {
        replies.push({ request_id: field('request-id'), status: response.status, attempts: Number(field('attempts')) });
    }
    return response;
}

const client = new OpenAI({ baseURL: BASE_URL, apiKey: TOKEN, fetch: keepingFetch });
const ask = (model, more = {}) => client.chat.completions.create({ model, messages, ...more });
const control = async (path) => (await fetch(`${CONTROL}/${path}`)).json();
const asked = (chain, step = 1) => control(`asked/${chain}/${step}`);

async function collect(stream) {
    const chunks = [];
    for await (const chunk of stream) {
        chunks.push(chunk);
    }
    return chunks;
}

const textOf = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');

async function failureOf(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    assert.fail('no error came');
}

beforeEach(async () => {
    replies = [];
    statuses = [];
    await fetch(`${CONTROL}/begin`, { method: 'POST' });
});

afterEach(async () => {
    const check = await fetch(`${CONTROL}/check`, { method: 'POST', body: JSON.stringify(replies) });
    assert.equal(check.status, 200, await check.text());
});

describe('answers', () => {
    test('a chat answer is what the provider said', async () => {
        const answer = await ask('chat');
        assert.equal(answer.choices[0].message.content, answerText);
        assert.equal(answer.choices[0].finish_reason, 'stop');
        assert.equal(answer.model, 'ok.node-chat-2026-01-01');
    });

    test('a stream is what the provider streamed', async () => {
        const chunks = await collect(await ask('stream', { stream: true }));
        assert.equal(textOf(chunks), answerText);
        assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
        assert.ok(chunks.every((chunk) => !('usage' in chunk)));
    });

    test('a stream ends with usage where it was asked for', async () => {
        const chunks = await collect(await ask('usage', { stream: true, stream_options: { include_usage: true } }));
        assert.deepEqual(chunks.at(-1).choices, []);
        assert.equal(chunks.at(-1).usage.total_tokens, 29);
    });
});

describe('tools', () => {
    test('a tool is called', async () => {
        const answer = await ask('tools', { tools: [tool('weather')] });
        const [call] = answer.choices[0].message.tool_calls;
        assert.equal(answer.choices[0].finish_reason, 'tool_calls');
        assert.deepEqual([call.function.name, JSON.parse(call.function.arguments)], ['weather', toolArguments]);
    });

    test('streamed tool calls come together from their fragments', async () => {
        const stream = client.chat.completions.stream({ model: 'tools-stream', messages, tools: [tool('weather'), tool('time')] });
        const { choices } = await stream.finalChatCompletion();
        assert.deepEqual(
            choices[0].message.tool_calls.map((call) => [call.id, call.function.name, JSON.parse(call.function.arguments)]),
            [['call_0', 'weather', toolArguments], ['call_1', 'time', toolArguments]]);
    });
});

describe('fallback', () => {
    for (const name of JSON.parse(process.env.WHOLE)) {
        test(`a whole answer hides that the first step failed: ${name}`, async () => {
            const answer = await ask(`whole-${name}`);
            assert.equal(answer.choices[0].message.content, answerText);
            assert.deepEqual(Object.keys(answer).sort(),
                ['choices', 'created', 'id', 'model', 'object', 'system_fingerprint', 'usage']);
            assert.deepEqual([await asked(`whole-${name}`, 1), await asked(`whole-${name}`, 2)], [1, 1]);
            assert.deepEqual(statuses, [200]);
        });
    }

    for (const name of JSON.parse(process.env.STREAMS)) {
        test(`a stream hides that the first step failed: ${name}`, async () => {
            const chunks = await collect(await ask(`stream-${name}`, { stream: true }));
            assert.equal(textOf(chunks), answerText);
            assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
            assert.equal(new Set(chunks.map((chunk) => chunk.model)).size, 1, 'nothing of the failed step is seen');
            assert.deepEqual([await asked(`stream-${name}`, 1), await asked(`stream-${name}`, 2)], [1, 1]);
            assert.deepEqual(statuses, [200]);
        });
    }
});

describe('broken streams', () => {
    for (const chain of ['cut-after', 'closed-after', 'error-after']) {
        test(`half an answer ends in an error and never looks finished: ${chain}`, async () => {
            let text = '';
            const reasons = new Set();
            const error = await failureOf((async () => {
                for await (const chunk of await ask(chain, { stream: true })) {
                    text += chunk.choices[0].delta.content ?? '';
                    reasons.add(chunk.choices[0].finish_reason);
                }
            })());
            assert.ok(error instanceof OpenAI.APIError, String(error));
            assert.equal(text, 'Half of an ans');
            assert.deepEqual([...reasons], [null]);
            assert.equal(statuses.length, 1);
        });
    }

    test('a stream that is closed early is cancelled at the provider', async () => {
        for await (const chunk of await ask('abandoned', { stream: true })) {
            if (chunk.choices[0].delta.content) {
                assert.equal(chunk.choices[0].delta.content, 'Once upon a time ');
                break;
            }
        }
        assert.equal(await control('left/abandoned'), true);
        replies[0].status = 499; // what the row says of a client that left
    });
});

describe('errors', () => {
    test('a wrong token is an authentication error', async () => {
        const error = await failureOf(client.withOptions({ apiKey: 'not-the-token' }).models.list());
        assert.ok(error instanceof OpenAI.AuthenticationError, String(error));
        assert.deepEqual(statuses, [401]);
    });

    test('an unknown model is not found and the chains are named', async () => {
        const error = await failureOf(ask('no-such-chain'));
        assert.ok(error instanceof OpenAI.NotFoundError, String(error));
        assert.equal(error.code, 'model_not_found');
        assert.match(error.message, /chat/);
    });

    test('a bad request is passed on as the provider said it', async () => {
        const error = await failureOf(ask('bad-request'));
        assert.ok(error instanceof OpenAI.BadRequestError, String(error));
        assert.deepEqual([error.code, error.param], ['invalid_value', 'temperature']);
        assert.equal(await asked('bad-request', 2), 0);
    });

    for (const [chain, status, steps, more] of [['all-broken', 503, 3, {}], ['all-broken-stream', 503, 2, { stream: true }],
        ['all-rate-limited', 429, 2, {}]]) {
        test(`a chain that fails is tried once in all: ${chain}`, async () => {
            const error = await failureOf(ask(chain, more));
            assert.equal(error.status, status);
            assert.equal(error.headers.get('x-should-retry'), 'false');
            assert.deepEqual(statuses, [status], 'the SDK did not multiply the chain');
            for (let step = 1; step <= steps; ++step) {
                assert.equal(await asked(chain, step), 1);
            }
        });
    }
});

describe('models', () => {
    test('the chains are the models', async () => {
        const ids = (await collect(await client.models.list())).map((model) => model.id);
        assert.deepEqual(JSON.parse(process.env.CHAINS).filter((chain) => !ids.includes(chain)), []);
        assert.equal((await client.models.retrieve('chat')).id, 'chat');
    });

    test('an unknown model is not found', async () => {
        assert.ok(await failureOf(client.models.retrieve('no-such-chain')) instanceof OpenAI.NotFoundError);
    });
});
