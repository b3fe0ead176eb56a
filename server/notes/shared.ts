// Has what many ask for at once made once. Who asks while it is being made gets the next, together with all others who
// do: what they get is never older than their question.
export function shared<Key, Value>(make: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const making = new Map<Key, { now: Promise<Value>; next: Promise<Value> | null }>();

  function start(key: Key): Promise<Value> {
    const entry = { now: make(key), next: null };
    making.set(key, entry);
    const done = () => void (entry.next === null && making.delete(key));
    entry.now.then(done, done);
    return entry.now;
  }

  return (key) => {
    const entry = making.get(key);
    if (!entry) return start(key);
    const again = () => start(key);
    entry.next ??= entry.now.then(again, again);
    return entry.next;
  };
}
