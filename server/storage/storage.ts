// The contract every storage keeps. tests/contract/storage.ts is its suite; leveldb.ts and memory.ts pass it.
// An ordered map of bytes under text keys, with atomic synced writes: the least that notes need, and
// what LevelDB, a PostgreSQL table or a Map can all give.

export type Operation = { type: 'put'; key: string; value: Uint8Array } | { type: 'delete'; key: string };

export interface Range {
  /** First key, inclusive. */
  from: string;
  /** First key no longer included. */
  to: string;
  /** Greatest key first. */
  reverse?: boolean;
  /** At most so many entries. */
  limit?: number;
}

export interface Storage {
  /** Null when there is none. Rejects with StorageError. */
  get(key: string): Promise<Uint8Array | null>;
  /** Entries in order of their keys' UTF-8 bytes, as of the moment of the call. Rejects with StorageError. */
  range(range: Range): AsyncIterable<[key: string, value: Uint8Array]>;
  /** All operations or none; returns when they would survive a power cut. Rejects with StorageError. */
  write(operations: readonly Operation[]): Promise<void>;
  /** Waits for what is under way. Every later call rejects with StorageError 'closed'. May be called twice. */
  close(): Promise<void>;
}

/** `busy`: another process has it open. `missing`, `damaged`: the store on disk is not what it should be. `full`: the disk has too little room. */
export type StorageErrorCode = 'closed' | 'busy' | 'missing' | 'damaged' | 'denied' | 'full' | 'io';

/** A failure of the outside world. The message is a full sentence fit for an operator; `cause` is what the engine said. */
export class StorageError extends Error {
  override name = 'StorageError';
  constructor(
    readonly code: StorageErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
