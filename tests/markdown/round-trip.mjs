// npm run --silent markdown:roundtrip [-- --fresh] < texts.json > back.json
//
// A JSON array of markdown texts on stdin, the JSON array of what comes back on stdout; README.md has the details.
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { fail, load } from './load.mjs';

const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });

async function readSources() {
  let given;
  try {
    given = JSON.parse(await text(process.stdin));
  } catch (error) {
    fail(`stdin must be a JSON array: ${error.message}`);
  }
  if (!Array.isArray(given)) fail('stdin must be a JSON array of markdown texts.');
  return given;
}

const isText = (value) => typeof value === 'string';
const isSource = (source) =>
  isText(source) || (isText(source?.md) && isText(source.find) && isText(source.insert));

const sources = await readSources();
const { roundTrip } = await load('round-trip.ts');

function comeBack(source) {
  if (!isSource(source))
    return { error: 'An element must be a text or an object of the texts md, find and insert.' };
  try {
    return roundTrip(source, { isFresh: values.fresh });
  } catch (error) {
    return { error: error.message };
  }
}

process.stdout.write(`${JSON.stringify(sources.map(comeBack))}\n`);
