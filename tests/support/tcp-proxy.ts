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
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

export interface TcpProxy {
  port: number;
  delayMs: number;
  cut(): void;
  hold(): void;
  strand(): void;
  mend(): void;
  close(): Promise<void>;
}

type Weather = 'fair' | 'cut' | 'held';

export interface TcpProxyOptions {
  host?: string;
  port: number;
  idleMs?: number;
  /** The time that `idleMs` is of. */
  schedule?(run: () => void, delayMs: number): () => void;
}

const realSchedule = (run: () => void, delayMs: number) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

/** A proxy on a free port, in front of a server that listens on `port` here. */
export async function openTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const { host = '127.0.0.1', port, idleMs = Infinity, schedule = realSchedule } = options;
  const links = new Set<Link>();
  let weather: Weather = 'fair';
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
    port: (server.address() as AddressInfo).port,
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

interface Way {
  delayMs(): number;
  /** Runs once nothing has moved for too long, unless called off. */
  idle(run: () => void): () => void;
  ended(): void;
}

/** One connection through the proxy. */
class Link {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #way: Way;
  #isHeld = false;
  #isStranded = false;
  #cancelIdle: () => void;
  /** What waits for better weather, in order. */
  readonly #waiting: (() => void)[] = [];

  constructor(near: Socket, far: Socket, way: Way) {
    this.#near = near;
    this.#far = far;
    this.#way = way;
    this.#cancelIdle = way.idle(() => this.cut());
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.setNoDelay(true);
      from.on('data', (bytes) => this.#later(() => to.write(bytes)));
      from.on('end', () => this.#later(() => to.end()));
      from.on('error', () => this.#later(() => to.destroy()));
      from.on('close', () => this.#later(() => to.destroy()));
    }
  }

  cut(): void {
    this.#cancelIdle();
    this.#way.ended();
    for (const socket of [this.#near, this.#far]) socket.resetAndDestroy();
  }

  hold(): void {
    this.#isHeld = true;
  }

  strand(): void {
    this.#isStranded = true;
  }

  release(): void {
    this.#isHeld = false;
    for (const move of this.#waiting.splice(0)) move();
  }

  #later(move: () => void): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#way.idle(() => this.cut());
    const delayMs = this.#way.delayMs();
    if (delayMs === 0) this.#move(move);
    else setTimeout(() => this.#move(move), delayMs);
  }

  #move(move: () => void): void {
    if (this.#isStranded) return;
    if (this.#isHeld) this.#waiting.push(move);
    else move();
  }
}
