// Uses the resources of openai-node and prints what a caller sees of each, as one JSON object.
//
//   node resources.mjs FOLDER_WITH_NODE_MODULES BASE_URL
import { createRequire } from 'node:module';

const [folder, baseURL] = process.argv.slice(2);
const { OpenAI, toFile } = createRequire(folder + '/')('openai');
const client = new OpenAI({ baseURL, apiKey: 'sk-mockai', maxRetries: 0 });
const seen = {};

async function all(pages) {
  const found = [];
  for await (const each of await pages) found.push(each);
  return found;
}

const user = (content) => [{ role: 'user', content }];
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }];

const see = {
  async chat() {
    const model = 'gpt-4o';
    const whole = await client.chat.completions.create({ model, messages: user('Hello') });
    const runner = client.chat.completions.stream({ model, messages: user('Hello') });
    const called = await client.chat.completions.create({ model, messages: user('Paris?'), tools });
    return [whole.choices[0].message.content, await runner.finalContent(), called.choices[0].message.tool_calls[0].function.name];
  },
  async responses() {
    const model = 'gpt-4o';
    const first = await client.responses.create({ model, input: 'Hello' });
    const second = client.responses.stream({ model, input: 'Hello', previous_response_id: first.id });
    const types = [];
    for await (const event of second) types.push(event.type);
    const kept = await client.responses.retrieve(first.id);
    const items = await all(client.responses.inputItems.list(first.id));
    await client.responses.delete(first.id);
    const gone = await client.responses.retrieve(first.id).catch((error) => error);
    return [first.output_text, types.at(-1), kept.id === first.id, items.length, gone.status, gone.constructor.name];
  },
  async background() {
    let made = await client.responses.create({ model: 'gpt-4o', input: 'Hello', background: true });
    const statuses = [made.status];
    while (made.status !== 'completed') {
      made = await client.responses.retrieve(made.id);
      statuses.push(made.status);
    }
    return statuses;
  },
  async conversations() {
    const made = await client.conversations.create({ items: [{ type: 'message', role: 'user', content: 'one' }] });
    await client.responses.create({ model: 'gpt-4o', input: 'Hello', conversation: made.id });
    const items = await all(client.conversations.items.list(made.id, { order: 'asc', limit: 1 }));
    return [items.map((each) => each.role), (await client.conversations.delete(made.id)).deleted];
  },
  async embeddings() {
    const made = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'], dimensions: 8 });
    return made.data.map((each) => each.embedding.length);
  },
  async moderations() {
    return (await client.moderations.create({ input: 'Good morning' })).results[0].flagged;
  },
  async images() {
    const made = await client.images.generate({ model: 'gpt-image-1', prompt: 'a cat' });
    const edited = await client.images.edit({ model: 'gpt-image-1', prompt: 'a dog', image: await toFile(Buffer.from(made.data[0].b64_json, 'base64'), 'a.png', { type: 'image/png' }) });
    const types = [];
    for await (const event of await client.images.generate({ model: 'gpt-image-1', prompt: 'x', stream: true, partial_images: 2 })) types.push(event.type.split('.')[1]);
    return [Buffer.from(edited.data[0].b64_json, 'base64').subarray(1, 4).toString(), types];
  },
  async audio() {
    const speech = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Hello', response_format: 'wav' });
    const data = Buffer.from(await speech.arrayBuffer());
    const text = await client.audio.transcriptions.create({ model: 'whisper-1', file: await toFile(data, 'a.wav'), response_format: 'verbose_json' });
    return [data.subarray(0, 4).toString(), text.segments.length > 0];
  },
  async files() {
    const made = await client.files.create({ file: await toFile(Buffer.from('{}\n'), 'a.jsonl'), purpose: 'batch' });
    const content = await (await client.files.content(made.id)).text();
    const listed = (await all(client.files.list({ limit: 1 }))).length;
    return [content, listed > 0, (await client.files.delete(made.id)).deleted];
  },
  async batches() {
    const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { model: 'gpt-4o', messages: user('Hello') } };
    const file = await client.files.create({ file: await toFile(Buffer.from(JSON.stringify(line)), 'a.jsonl'), purpose: 'batch' });
    let batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
    while (batch.status !== 'completed') batch = await client.batches.retrieve(batch.id);
    const output = JSON.parse(await (await client.files.content(batch.output_file_id)).text());
    return output.response.body.choices[0].message.content;
  },
  async vectorStores() {
    const store = await client.vectorStores.create({ name: 'notes' });
    const file = await client.vectorStores.files.uploadAndPoll(store.id, await toFile(Buffer.from('Oslo is in Norway.'), 'a.txt'));
    const found = await all(client.vectorStores.search(store.id, { query: 'Norway' }));
    return [file.status, found[0].content[0].text];
  },
  async assistants() {
    const assistant = await client.beta.assistants.create({ model: 'gpt-4o' });
    const thread = await client.beta.threads.create({ messages: user('Hello') });
    const run = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });
    const events = [];
    for await (const event of client.beta.threads.runs.stream(thread.id, { assistant_id: assistant.id })) events.push(event.event);
    const messages = await all(client.beta.threads.messages.list(thread.id));
    return [run.status, events.at(-1), messages[0].content[0].text.value];
  },
  async containers() {
    const made = await client.containers.create({ name: 'work' });
    const file = await client.containers.files.create(made.id, { file: await toFile(Buffer.from('x'), 'a.txt') });
    return [file.path, await (await client.containers.files.content.retrieve(file.id, { container_id: made.id })).text()];
  },
  async uploads() {
    const made = await client.uploads.create({ filename: 'a.jsonl', bytes: 3, mime_type: 'text/jsonl', purpose: 'batch' });
    const part = await client.uploads.parts.create(made.id, { data: await toFile(Buffer.from('{}\n'), 'part') });
    return (await client.uploads.complete(made.id, { part_ids: [part.id] })).file.bytes;
  },
  async refused() {
    const cursor = await client.files.list({ after: 'file-nope' }).catch((error) => error);
    const missing = await client.embeddings.create({ model: 'text-embedding-3-small' }).catch((error) => error);
    return [cursor.status, cursor.constructor.name, missing.status, missing.param, missing.code];
  },
};

for (const [name, look] of Object.entries(see)) {
  seen[name] = await look().catch((error) => `${error.constructor.name}: ${error.message}`);
}
console.log(JSON.stringify(seen));
