// People in a process of their own. Does what crowd.mjs asks, one message each: { id, method, argument }.
import * as Y from 'yjs';
import { Person } from './person.mjs';
import { now } from './token.mjs';
import { updateMessage } from './wire.mjs';

const connectingAtOnce = 100;
const stepMs = 10;

/** @type {Person[]} */
const people = [];
/** Who types, when next, how often, and every how-manieth edit is a token. */
const typing = { due: [], everyMs: 0, tokenEvery: 0, caret: true };

const isPast = (at) => new Promise((resolve) => setTimeout(resolve, Math.max(0, at - now()), 'late'));

/** All at once, as far as the queue of a listening socket allows: so many of them may wait to be let in. */
async function joinAll(whos, deadline) {
  const waiting = [];
  let next = 0;
  const lane = async () => {
    while (next < whos.length && now() < deadline) {
      const person = new Person(whos[next++]);
      people.push(person);
      waiting.push(Promise.race([person.ready.then(now, () => null), isPast(deadline)]));
      await Promise.race([person.greeted, isPast(deadline)]);
    }
  };
  await Promise.all(Array.from({ length: connectingAtOnce }, lane));
  return (await Promise.all(waiting)).filter((at) => typeof at === 'number');
}

function step() {
  const at = now();
  for (const typist of typing.due) {
    while (typist.at <= at) {
      typist.at += typing.everyMs;
      typist.edits++;
      typist.person.type({ token: typist.edits % typing.tokenEvery === 0, caret: typing.caret });
    }
  }
  for (const person of people) person.renewPresence(at);
}

const methods = {
  /** Resolves with when each was ready. Those who are not by the deadline are not in it. */
  async join({ whos, deadline }) {
    return joinAll(whos, deadline);
  },

  /** Of those who joined here one in `oneIn` types, spread evenly over the interval. */
  type({ oneIn, perSecond, tokenEvery, caret }) {
    typing.everyMs = 1000 / perSecond;
    typing.tokenEvery = tokenEvery;
    typing.caret = caret;
    const typists = people.filter((_, n) => n % oneIn === 0);
    const count = typists.length;
    typing.due = typists.map((person, n) => ({
      person,
      at: now() + (typing.everyMs * n) / count,
      edits: Math.floor((tokenEvery * n) / count),
    }));
  },

  stop() {
    typing.due = [];
  },

  count: () => ({
    edits: people.reduce((sum, { edits }) => sum + edits, 0),
    messages: people.reduce((sum, { messages }) => sum + messages, 0),
    bytes: people.reduce((sum, { bytes }) => sum + bytes, 0),
    dropped: people.filter(({ isDropped }) => isDropped).length,
  }),

  sentTokens: () => people.flatMap(({ sentTokens }) => sentTokens),
  /** Of each person, what they saw and when. */
  seenTokens: () => people.map(({ seen }) => [...seen]),

  /** Puts an update into a room, and stays there. */
  async seed({ who, update }) {
    const person = new Person(who);
    people.push(person);
    await person.ready;
    person.send(updateMessage(Buffer.from(update, 'base64')));
  },

  /** Sends updates in order, and then a marked presence: whoever sees it knows that the server has taken them all. */
  async send({ who, updates, mark }) {
    const person = new Person(who);
    people.push(person);
    await person.ready;
    for (let at = 0; at < updates.length; at += 100) {
      person.send(
        ...updates.slice(at, at + 100).map((update) => updateMessage(Buffer.from(update, 'base64'))),
      );
    }
    person.markPresence(mark);
  },

  /** True once somebody here saw the token. */
  async sees({ token, deadline }) {
    while (now() < deadline) {
      if (people.some(({ seen }) => seen.has(token))) return true;
      await isPast(now() + 5);
    }
    return false;
  },

  leave() {
    for (const person of people.splice(0)) person.leave();
  },

  /**
   * How long it takes until all has come that a new Y.Doc needs to have everything of `peer` up to `clock`, ms; null
   * when that is never. What the Y.Doc then does with it is not counted: it costs the same whoever sent it.
   */
  async open({ who, peer, clock, deadline }) {
    const startedAt = now();
    const doc = new Y.Doc();
    const person = new Person(who);
    people.push(person);
    const isWhole = new Promise((resolve) => {
      person.onUpdate = (update) => {
        const cameAfterMs = now() - startedAt;
        Y.applyUpdate(doc, update);
        if (Y.getState(doc.store, peer) >= clock) resolve(cameAfterMs);
      };
    });
    person.ready.catch(() => undefined);
    const took = await Promise.race([isWhole, isPast(deadline)]);
    return typeof took === 'number' ? took : null;
  },
};

setInterval(step, stepMs);
process.on('message', async ({ id, method, argument }) => {
  try {
    process.send?.({ id, value: (await methods[method](argument)) ?? null });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
