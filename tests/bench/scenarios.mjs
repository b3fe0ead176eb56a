// The list: what `npm run bench` measures, in this order.
import { fanOut } from './scenarios/fan-out.mjs';
import { idle } from './scenarios/idle.mjs';
import { join } from './scenarios/join.mjs';
import { kill } from './scenarios/kill.mjs';
import { page } from './scenarios/page.mjs';
import { pageBack } from './scenarios/page-back.mjs';
import { rooms } from './scenarios/rooms.mjs';
import { trace } from './scenarios/trace.mjs';

/**
 * @typedef {number | { atLeast: number } | null} Value
 * @typedef {{ key: string, label: string, digits: number, isInfo?: boolean }} Figure less is better, unless it is only info
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title
 * @property {boolean} isQuick whether --quick has it, perhaps smaller
 * @property {boolean} [isOwn] whether only Rollcall can be measured
 * @property {boolean} [hasFloor] whether a server that does nothing can be measured too
 * @property {Figure[]} figures
 * @property {(bench: import('./bench.mjs').Bench) => Promise<Record<string, Value>>} measure one server, once; what it could not find out is left out
 */

/** @type {Scenario[]} */
export const scenarios = [
  fanOut(200, { quick: true }),
  fanOut(500),
  fanOut(1000),
  fanOut(2000),
  idle(500),
  join({ people: 200, quick: true }),
  join({ people: 1000 }),
  join({ people: 200, large: true, quick: true }),
  rooms(2000),
  trace,
  kill(400),
  kill(4000),
  page({ people: 30, oneIn: 1 }),
  page({ people: 30, oneIn: 1, together: true }),
  page({ people: 100, oneIn: 10 }),
  page({ people: 300, oneIn: 10 }),
  pageBack,
];
