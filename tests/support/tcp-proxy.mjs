// A network to be broken by hand: a TCP proxy on this machine, in front of a server.
//
//   cut      connections end at once, new ones are refused (the cable is out, the server is down)
//   hold     nothing moves, nothing ends, also on new connections (a tunnel); what was sent arrives after `mend`
//   strand   the connections there are never carry anything again, and nobody is told; new ones work (a laptop has
//            slept, a phone has changed networks, a firewall has forgotten)
//   mend     new connections work again, and what was held moves on
//   delayMs  everything arrives so much later, in order
//   idleMs   a connection on which nothing moves for so long is cut, as many proxies do
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

/** @typedef {import('node:net').Socket} Socket */
/**
 * @typedef {object} TcpProxy
 * @property {number} port
 * @property {number} delayMs
 * @property {() => void} cut
 * @property {() => void} hold
 * @property {() => void} strand
 * @property {() => void} mend
 * @property {() => Promise<void>} close
 */
/** @typedef {(run: () => void, delayMs: number) => () => void} Schedule */

/** @type {Schedule} */
const realSchedule = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

/**
 * A proxy on a free port, in front of a server that listens on `port` here. `schedule`: the time that `idleMs` is of.
 * @param {{ host?: string, port: number, idleMs?: number, schedule?: Schedule }} options
 * @returns {Promise<TcpProxy>}
 */
export async function openTcpProxy(options) {
  const { host = '127.0.0.1', port, idleMs = Infinity, schedule = realSchedule } = options;
  /** @type {Set<Link>} */
  const links = new Set();
  /** @type {'fair' | 'cut' | 'held'} */
  let weather = 'fair';
  let delayMs = 0;

  const server = createServer((near) => {
    if (weather === 'cut') return void near.resetAndDestroy();
    const link = new Link(near, connect(port, host), {
      delayMs: () => delayMs,
      idle: (run) => (idleMs === Infinity ? () => undefined : schedule(run, idleMs)),
      ended: () => links.delete(link),
    });
    links.add(link);
    if (weather === 'held') link.hold();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cutAll = () => links.forEach((link) => link.cut());
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    get delayMs() {
      return delayMs;
    },
    set delayMs(ms) {
      delayMs = ms;
    },
    cut() {
      weather = 'cut';
      cutAll();
    },
    hold() {
      weather = 'held';
      links.forEach((link) => link.hold());
    },
    strand: () => links.forEach((link) => link.strand()),
    mend() {
      weather = 'fair';
      links.forEach((link) => link.release());
    },
    async close() {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * @typedef {object} Way
 * @property {() => number} delayMs
 * @property {(run: () => void) => () => void} idle runs once nothing has moved for too long, unless called off
 * @property {() => void} ended
 */

/** One connection through the proxy. */
class Link {
  #near;
  #far;
  #way;
  #isHeld = false;
  #isStranded = false;
  #cancelIdle;
  /** What waits for better weather, in order. @type {(() => void)[]} */
  #waiting = [];

  /** @param {Socket} near @param {Socket} far @param {Way} way */
  constructor(near, far, way) {
    this.#near = near;
    this.#far = far;
    this.#way = way;
    this.#cancelIdle = way.idle(() => this.cut());
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.setNoDelay(true);
      from.on('data', (bytes) => this.#later(() => to.write(bytes)));
      from.on('end', () => this.#later(() => to.end()));
      from.on('error', () => this.#later(() => to.destroy()));
      from.on('close', () => this.#later(() => to.destroy()));
    }
  }

  cut() {
    this.#cancelIdle();
    this.#way.ended();
    for (const socket of [this.#near, this.#far]) socket.resetAndDestroy();
  }

  hold() {
    this.#isHeld = true;
  }

  strand() {
    this.#isStranded = true;
  }

  release() {
    this.#isHeld = false;
    for (const move of this.#waiting.splice(0)) move();
  }

  /** @param {() => void} move */
  #later(move) {
    this.#cancelIdle();
    this.#cancelIdle = this.#way.idle(() => this.cut());
    const delayMs = this.#way.delayMs();
    if (delayMs === 0) this.#move(move);
    else setTimeout(() => this.#move(move), delayMs);
  }

  /** @param {() => void} move */
  #move(move) {
    if (this.#isStranded) return;
    if (this.#isHeld) this.#waiting.push(move);
    else move();
  }
}
