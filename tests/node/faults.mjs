// Sends chat completions with openai-node and prints what a caller sees of each, one JSON object a line.
//
//   node faults.mjs FOLDER_WITH_NODE_MODULES BASE_URL < requests.json
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const [folder, baseURL] = process.argv.slice(2);
const { OpenAI } = createRequire(folder + '/')('openai');
const client = new OpenAI({ baseURL, apiKey: 'sk-mockai' });
client.calculateDefaultRetryTimeoutMillis = () => 0;

async function ask(body, timeout) {
  const seen = { text: '', finish: null, calls: [], raised: null, cause: null };
  try {
    const reply = await client.chat.completions.create(body, { timeout });
    if (body.stream) for await (const chunk of reply) chunk.choices.forEach((choice) => read(seen, choice, choice.delta));
    else read(seen, reply.choices[0], reply.choices[0].message);
  } catch (error) {
    const own = error.stack.split('\n').find((line) => line.trim().startsWith('at '))?.includes('faults.mjs');
    seen.raised = own ? `the caller's own ${error.constructor.name}` : error.constructor.name;
    const words = [error.cause?.cause, error.cause].flatMap((cause) => [cause?.code, cause?.name]);
    seen.cause = words.find((word) => typeof word === 'string') ?? null;
  }
  return seen;
}

function read(seen, choice, said) {
  seen.text += said.content ?? '';
  seen.finish = choice.finish_reason ?? seen.finish;
  for (const call of said.tool_calls ?? []) {
    if (call.id) seen.calls.push([call.function.name, '']);
    seen.calls.at(-1)[1] += call.function.arguments;
  }
}

// A body that cannot be expanded may leave node waiting for ever, with nothing that keeps it alive.
const alive = setInterval(() => {}, 1000);
const never = { text: '', finish: null, calls: [], raised: 'nothing, ever', cause: null };
for (const { body, timeout, wait } of JSON.parse(readFileSync(0))) {
  console.log(JSON.stringify(await Promise.race([ask(body, timeout), pause(timeout + 2000, never)])));
  await pause(wait);
}
clearInterval(alive);
process.exit();
