// SPDX-License-Identifier: GPL-3.0-or-later
// The official Anthropic and OpenAI SDKs and Vercel's AI SDK for Node. Started by run_node_dialects.py.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe, test } from 'node:test';

const require = createRequire(process.env.NODE_CLIENTS);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { OpenAI } = await load('openai');
const { Anthropic } = await load('@anthropic-ai/sdk');
const { generateText, jsonSchema, stepCountIs, streamText, tool } = await load('ai');
const { createOpenAICompatible } = await load('@ai-sdk/openai-compatible');

const { ROOT, TOKEN } = process.env;
const MODELS = JSON.parse(process.env.MODELS);
const question = "Grüezi, wie goht's?";
const answerText = `You said: ${question}`;
const toolArguments = { city: 'Zürich', days: 3 };
const schema = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } }, required: ['city'] };
const usage = { prompt: 21, cached: 5, output: 8 };

function everyTarget(client, tests) {
    for (const [target, models] of Object.entries(MODELS[client])) {
        describe(`${client}, answered in ${target}`, () => tests(models));
    }
}

everyTarget('anthropic', (models) => {
    const client = new Anthropic({ baseURL: ROOT, apiKey: TOKEN, maxRetries: 0 });
    const tools = ['weather', 'time'].map((name) => ({ name, input_schema: schema }));
    const messages = [{ role: 'user', content: question }];
    const textOf = (message) => message.content.map((block) => block.text ?? '').join('');
    const checkUsage = (message) => assert.deepEqual(
        [message.usage.input_tokens, message.usage.cache_read_input_tokens, message.usage.output_tokens],
        [usage.prompt - usage.cached, usage.cached, usage.output]);

    test('an answer', async () => {
        const answer = await client.messages.create({ model: models.answer, max_tokens: 100, messages });
        assert.equal(textOf(answer), answerText);
        assert.equal(answer.stop_reason, 'end_turn');
        checkUsage(answer);
    });

    test('a stream', async () => {
        const pieces = [];
        const answer = await client.messages.stream({ model: models.stream, max_tokens: 100, messages })
            .on('text', (piece) => pieces.push(piece)).finalMessage();
        assert.equal(pieces.join(''), answerText);
        assert.ok(pieces.length > 3, 'it comes piece by piece');
        assert.equal(textOf(answer), answerText);
        checkUsage(answer);
    });

    for (const [name, ask] of [['tools', (body) => client.messages.create(body)],
        ['tools-stream', (body) => client.messages.stream(body).finalMessage()]]) {
        test(`two tools, their results and the answer: ${name}`, async () => {
            const body = { model: models[name], max_tokens: 100, tools };
            const called = await ask({ ...body, messages });
            const calls = called.content.filter((block) => block.type === 'tool_use');
            assert.equal(called.stop_reason, 'tool_use');
            assert.deepEqual(calls.map((call) => [call.name, call.input]), [['weather', toolArguments], ['time', toolArguments]]);
            const answer = await ask({ ...body, messages: [...messages, { role: 'assistant', content: called.content }, {
                role: 'user', content: calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: `${call.name}!` })) }] });
            assert.equal(textOf(answer), 'You said: time!');
        });
    }
});

everyTarget('responses', (models) => {
    const client = new OpenAI({ baseURL: `${ROOT}/v1`, apiKey: TOKEN, maxRetries: 0 });
    const tools = ['weather', 'time'].map((name) => ({ type: 'function', name, strict: false, parameters: schema }));
    const textOf = (answer) => answer.output.flatMap((item) => item.content ?? []).map((part) => part.text ?? '').join('');
    const checkUsage = (answer) => assert.deepEqual(
        [answer.usage.input_tokens, answer.usage.input_tokens_details.cached_tokens, answer.usage.output_tokens],
        [usage.prompt, usage.cached, usage.output]);

    test('an answer', async () => {
        const answer = await client.responses.create({ model: models.answer, input: question, store: false });
        assert.equal(answer.output_text, answerText);
        assert.equal(answer.status, 'completed');
        checkUsage(answer);
    });

    test('a stream', async () => {
        const pieces = [];
        const stream = client.responses.stream({ model: models.stream, input: question, store: false })
            .on('response.output_text.delta', (event) => pieces.push(event.delta));
        const answer = await stream.finalResponse();
        assert.equal(pieces.join(''), answerText);
        assert.ok(pieces.length > 3, 'it comes piece by piece');
        checkUsage(answer);
    });

    for (const [name, ask] of [['tools', (body) => client.responses.create(body)],
        ['tools-stream', (body) => client.responses.stream(body).finalResponse()]]) {
        test(`two tools, their results and the answer: ${name}`, async () => {
            const body = { model: models[name], store: false, tools };
            const called = await ask({ ...body, input: question });
            const calls = called.output.filter((item) => item.type === 'function_call');
            assert.deepEqual(calls.map((call) => [call.name, JSON.parse(call.arguments)]), [['weather', toolArguments], ['time', toolArguments]]);
            const answer = await ask({ ...body, input: [{ role: 'user', content: question },
                ...calls.map(({ call_id, name: called_name, arguments: text }) => ({ type: 'function_call', call_id, name: called_name, arguments: text })),
                ...calls.map((call) => ({ type: 'function_call_output', call_id: call.call_id, output: `${call.name}!` }))] });
            assert.equal(textOf(answer), 'You said: time!');
        });
    }
});

everyTarget('ai-sdk', (models) => {
    const provider = createOpenAICompatible({ name: 'local', baseURL: `${ROOT}/v1`, apiKey: TOKEN, includeUsage: true });
    const common = (name) => ({ model: provider(models[name]), prompt: question, maxRetries: 0 });
    const asked = [];
    const weather = tool({ description: 'Tells the weather', inputSchema: jsonSchema(schema), execute: async (input) => {
        asked.push(input);
        return 'rain';
    } });

    test('an answer', async () => {
        const answer = await generateText(common('answer'));
        assert.equal(answer.text, answerText);
        assert.equal(answer.finishReason, 'stop');
        assert.deepEqual([answer.usage.inputTokens, answer.usage.outputTokens], [usage.prompt, usage.output]);
    });

    test('a stream', async () => {
        const answer = streamText(common('stream'));
        const pieces = [];
        for await (const piece of answer.textStream) {
            pieces.push(piece);
        }
        assert.equal(pieces.join(''), answerText);
        assert.ok(pieces.length > 3, 'it comes piece by piece');
        assert.deepEqual([(await answer.usage).inputTokens, (await answer.usage).outputTokens], [usage.prompt, usage.output]);
    });

    test('a tool loop runs through', async () => {
        asked.length = 0;
        const answer = await generateText({ ...common('tools'), tools: { weather }, stopWhen: stepCountIs(3) });
        assert.deepEqual(asked, [toolArguments]);
        assert.match(answer.text, /You said: "?rain/);
    });

    test('a streamed tool loop runs through', async () => {
        asked.length = 0;
        const answer = streamText({ ...common('tools-stream'), tools: { weather }, stopWhen: stepCountIs(3) });
        assert.match(await answer.text, /You said: "?rain/);
        assert.deepEqual(asked, [toolArguments]);
    });
});
