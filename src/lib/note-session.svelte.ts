// The browser's end of a note: its document, its connection, its copy on this device, and who else is here.
//
// Model: the note page makes one session and closes it. The Y.Doc is the text; the provider carries changes
// between it and the server; the local copy keeps them on this device. Everything a page wants to show is
// reactive state of this class, collected from those three and decided by pure functions (save-state,
// people-here).
//
// Invariants:
// - `save` says *saved* only on the server's word (receipts.ts), never because sending seemed to work.
// - A new socket starts new counts; what the old one left unanswered counts as unsaved until the next *saved*,
//   because the first exchange of the new connection carries it.
// - Each part works without the others: no IndexedDB, no server, neither.
//
// Deliberately not done: seeding content (the server makes it), identity (the server writes who a session is;
// only the cursor is sent), talking to other tabs directly (each has its own connection).

import type { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { fragmentName } from '../core/note.ts';
import { forgetAbsent } from './absent-presence.ts';
import type { Incoming } from './incoming-deletes.ts';
import { keptCopyName } from './kept-copies.ts';
import { openLocalCopy } from './local-copy.ts';
import type { LocalCopy } from './local-copy.ts';
import { sendOwnPresenceOnly } from './own-presence.ts';
import { listPeople } from './people-here.ts';
import type { Me, PersonHere, PresenceState } from './people-here.ts';
import { countingSocket, Receipts } from './receipts.ts';
import { openRollRows } from './roll-rows.ts';
import { isSilent, nextChangeIn, toSaveState, wouldLose } from './save-state.ts';
import type { SaveFacts, SaveState, SocketState } from './save-state.ts';
import { handleServerMessages } from './server-messages.ts';
import { Silence } from './silence.svelte.ts';
import { UnsavedClocks, type Unsaved } from './unsaved.ts';
import { openWakeProbe } from './wake-probe.ts';
import type { WakeProbe } from './wake-probe.ts';

const presenceIntervalMs = 200;

export interface NoteSessionOptions {
  noteId: string;
  /** Which note of this id the page is about (server/PROTOCOL.md, E1); '' when that is not known. */
  epoch?: string;
  /** `ws://host` or `wss://host`, without a path. */
  wsOrigin: string;
  /** The version of the schema this page draws with. */
  schema: number;
  me: Me;
  now?: () => number;
  WebSocket?: typeof WebSocket;
}

export class NoteSession {
  readonly doc = new Y.Doc();
  /** The text. */
  readonly fragment = this.doc.getXmlFragment(fragmentName);
  readonly awareness: Awareness;
  /** The rows of a roll call by its block id; reactive. */
  readonly rollOf = openRollRows(this.doc);

  /** Who was writing and is not heard any more. */
  readonly silence: Silence;

  #save = $state.raw<SaveState>({ kind: 'saving', frames: 0, since: 0 });
  #socket = $state.raw<SocketState>('opening');
  #synced = $state.raw(false);
  #localLoaded = $state.raw(false);
  #ready = $state.raw(false);
  #people = $state.raw<readonly PersonHere[]>([]);
  #me = $state.raw<Me>({ personId: '', name: '' });

  readonly #provider: WebsocketProvider;
  readonly #now: () => number;
  readonly #undo: (() => void)[] = [];
  #probe: WakeProbe | null = null;
  #receipts: Receipts;
  #localCopy: LocalCopy | null = null;
  /** The same, also once it cannot keep any more. */
  readonly #keeping: Promise<LocalCopy | null>;
  #unsaved = false;
  readonly #unsavedClocks = new UnsavedClocks(this.doc);
  #incoming: Uint8Array | null = null;
  #readOnly: string | null = null;
  #refused: { code: number; reason: string } | null = null;
  /** The silence that has been probed. */
  #probedSince: number | null = null;
  #saveTimer: ReturnType<typeof setTimeout> | null = null;
  #peopleTimer: ReturnType<typeof setTimeout> | null = null;

  constructor({
    noteId,
    epoch = '',
    wsOrigin,
    schema,
    me,
    now = Date.now,
    WebSocket = globalThis.WebSocket,
  }: NoteSessionOptions) {
    this.#now = now;
    this.#me = me;
    this.silence = new Silence(now);
    this.#receipts = new Receipts(now());
    this.#provider = new WebsocketProvider(`${wsOrigin}/collab`, noteId, this.doc, {
      connect: false,
      disableBc: true,
      params: { schema: String(schema), rollcall: '1', ...(epoch === '' ? {} : { epoch }) },
      WebSocketPolyfill: countingSocket(WebSocket, {
        opening: () => this.#startCounting(),
        counted: () => this.#countSent(),
        heard: () => this.#probe?.heard(),
      }),
    });
    this.awareness = this.#provider.awareness;
    this.#followServer();
    this.#followDocument();
    this.#undo.push(sendOwnPresenceOnly(this.#provider), forgetAbsent(this.#provider));
    this.#probe = openWakeProbe(this.#provider, now);
    this.#keeping = this.#keepLocally(keptCopyName(noteId, epoch), schema);
    this.#listPeople();
    this.#provider.connect();
    this.#refresh();
  }

  /** What the save sign shows. */
  get save(): SaveState {
    return this.#save;
  }

  get status(): 'connecting' | 'connected' {
    return this.#socket === 'open' ? 'connected' : 'connecting';
  }

  /** The server's state of the note has arrived on the present connection. */
  get synced(): boolean {
    return this.#synced;
  }

  /** What this device had kept is in the document. Stays false where nothing can be kept. */
  get localLoaded(): boolean {
    return this.#localLoaded;
  }

  /** There is a text this page may draw: the server's, or one kept on this device. Once true it stays so. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Whether the server takes changes, as far as is known. Offline it is assumed. */
  get writable(): boolean {
    return this.#save.kind !== 'read-only' && this.#save.kind !== 'refused';
  }

  /** What of the document the server may lack. */
  get unsaved(): Unsaved {
    return this.#unsavedClocks.from;
  }

  /** Everybody in the note, oneself first. Changes at most five times a second. */
  get people(): readonly PersonHere[] {
    return this.#people;
  }

  /** What the document is just taking from the server; null at other times. */
  get incoming(): Incoming | null {
    return this.#incoming && { update: this.#incoming, isLive: this.#synced };
  }

  get me(): Me {
    return this.#me;
  }

  /** How one's own entry is shown here. What others see is the server's to change. */
  set me(me: Me) {
    this.#me = me;
    this.#listPeople();
  }

  /** Takes the copy of this note from this device. What is in no other place is gone once the page is. */
  async forgetCopy(): Promise<void> {
    await (await this.#keeping)?.forget();
  }

  /** Ends the connection and everything that follows it. The copy on this device stays. */
  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#probe?.close();
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    if (this.#peopleTimer !== null) clearTimeout(this.#peopleTimer);
    this.#provider.destroy();
    this.doc.destroy();
  }

  #followServer(): void {
    const provider = this.#provider;
    handleServerMessages(provider, {
      receipt: (count) => {
        this.#receipts.acknowledge(count, this.#now());
        this.#refresh();
      },
      readOnly: (reason) => {
        this.#readOnly = reason;
        this.#refresh();
      },
      update: (update) => (this.#incoming = update),
      has: (stateVector) => this.#unsavedClocks.serverHas(stateVector),
      silent: (notice) => this.silence.take(notice, this.#me.personId),
    });
    provider.on('status', ({ status }) => {
      if (status === 'connected') this.#socketIs('open');
    });
    provider.on('connection-close', () => this.#socketIs('gone'));
    provider.on('sync', (synced: boolean) => {
      this.#synced = synced;
      this.#ready ||= synced;
      this.#refresh();
    });
    provider.on('closed', ({ code, reason }) => {
      this.#refused = { code, reason };
      this.#refresh();
    });
  }

  #followDocument(): void {
    const changed = (_update: Uint8Array, origin: unknown) => {
      if (origin === this.#provider || origin === this.#localCopy?.origin) return;
      this.#unsaved = true;
      this.#refresh();
    };
    const people = () => {
      this.#peopleTimer ??= setTimeout(() => {
        this.#peopleTimer = null;
        this.#listPeople();
      }, presenceIntervalMs);
    };
    const leaving = (event: BeforeUnloadEvent) => {
      if (wouldLose(this.#facts())) event.preventDefault();
    };
    // After the provider's own listener, so that the frame is counted before the state is looked at.
    this.doc.on('update', changed);
    this.awareness.on('change', people);
    window.addEventListener('beforeunload', leaving);
    this.#undo.push(
      () => this.doc.off('update', changed),
      () => this.awareness.off('change', people),
      () => window.removeEventListener('beforeunload', leaving),
    );
  }

  async #keepLocally(name: Promise<string>, schema: number): Promise<LocalCopy | null> {
    const lost = () => {
      this.#localCopy = null;
      this.#refresh();
    };
    // What the server tells is on its disk (S3).
    const isSafe = (origin: unknown) => origin === this.#provider;
    const copy = await openLocalCopy(await name, this.doc, schema, isSafe, lost);
    this.#localCopy = copy;
    copy?.loaded.then((mayDraw) => {
      this.#localLoaded = true;
      this.#ready ||= mayDraw && this.fragment.length > 0;
      this.#refresh();
    }, lost);
    return copy;
  }

  #startCounting(): void {
    this.#unsaved ||= this.#receipts.sent > this.#receipts.onDisk;
    this.#receipts = new Receipts(this.#now());
    this.#readOnly = null;
    this.#refused = null;
    this.#refresh();
  }

  #countSent(): void {
    this.#receipts.countSent(this.#now());
    this.#refresh();
  }

  #socketIs(socket: SocketState): void {
    this.#socket = socket;
    if (socket === 'gone') this.silence.forget();
    this.#refresh();
  }

  /** A socket that is closing takes nothing any more, some time before it is gone. */
  #takesFrames(): boolean {
    const { ws } = this.#provider;
    return ws !== null && ws.readyState === ws.OPEN;
  }

  #facts(): SaveFacts {
    const { sent, onDisk, waitingSince } = this.#receipts;
    return {
      now: this.#now(),
      socket: this.#socket === 'open' && !this.#takesFrames() ? 'gone' : this.#socket,
      synced: this.#synced,
      sent,
      onDisk,
      waitingSince,
      unsaved: this.#unsaved,
      kept: this.#localCopy !== null && this.#localLoaded,
      readOnly: this.#readOnly,
      refused: this.#refused,
    };
  }

  #refresh(): void {
    const facts = this.#facts();
    const save = toSaveState(facts);
    if (save.kind === 'saved') {
      this.#unsaved = false;
      this.#unsavedClocks.saved();
    }
    if (JSON.stringify(save) !== JSON.stringify(this.#save)) this.#save = save;

    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    const wait = nextChangeIn(facts);
    this.#saveTimer = wait === null ? null : setTimeout(() => this.#refresh(), wait);
    if (isSilent(facts)) this.#probeOnce(facts);
  }

  /** Once for each silence: what is written meanwhile comes here with every letter. */
  #probeOnce({ socket, waitingSince }: SaveFacts): void {
    if (socket === 'gone' || waitingSince === this.#probedSince) return;
    this.#probedSince = waitingSince;
    this.#probe?.probe();
  }

  #listPeople(): void {
    const states = this.awareness.getStates() as ReadonlyMap<number, PresenceState>;
    this.#people = listPeople(states, this.awareness.clientID, this.#me, this.#people);
  }
}
