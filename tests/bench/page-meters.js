// Runs in the page under test, before its own script: measures keys, messages and frames from outside.
//
// Layout is counted with what caused it: after each measured piece it is asked for, which it would have been anyway
// before the next picture. Times are ms.
(() => {
  const empty = () => ({ keys: [], batches: [], frames: [], shown: [], long: 0 });
  let seen = empty();
  let startedAt = 0;
  let isOn = false;

  const pieces = document.createComment('');
  const layOut = () => void document.documentElement.offsetHeight;

  class MeteredSocket extends WebSocket {
    set onmessage(listener) {
      super.onmessage = (event) => {
        const bytes = new Uint8Array(event.data, 0, Math.min(2, event.data.byteLength));
        const kind = bytes[0] === 0 && bytes[1] > 0 ? 'batches' : null;
        layOut(); // what others caused is theirs
        const from = performance.now();
        // Within an event of our own, which Chromium's trace knows by name.
        const act = () => {
          listener.call(this, event);
          layOut();
        };
        pieces.addEventListener(`metered-${kind}`, act, { once: true });
        pieces.dispatchEvent(new Event(`metered-${kind}`));
        if (isOn && kind) seen[kind].push(performance.now() - from);
      };
    }
  }
  window.WebSocket = MeteredSocket;

  // A letter: from the key's event until the editor has read it from the page, which it does in a microtask.
  let pressedAt = null;
  addEventListener(
    'keydown',
    () => {
      layOut();
      pressedAt = performance.now();
    },
    { capture: true },
  );
  addEventListener('input', () => {
    const from = pressedAt;
    pressedAt = null;
    if (from === null) return;
    queueMicrotask(() =>
      queueMicrotask(() => {
        layOut();
        if (isOn) seen.keys.push(performance.now() - from);
      }),
    );
  });

  // All callbacks of one frame together, and the layout after them.
  const nextFrame = requestAnimationFrame.bind(window);
  let frame = null;
  window.requestAnimationFrame = (callback) =>
    nextFrame((at) => {
      if (frame !== at) layOut();
      const from = performance.now();
      callback(at);
      layOut();
      const took = performance.now() - from;
      if (!isOn) return;
      if (frame === at) seen.frames[seen.frames.length - 1] += took;
      else seen.frames.push(took);
      frame = at;
    });

  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries())
      if (isOn && name === 'keydown') seen.shown.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  new PerformanceObserver((list) => {
    if (isOn) seen.long += list.getEntries().length;
  }).observe({ type: 'long-animation-frame' });

  window.meters = {
    begin() {
      seen = empty();
      startedAt = performance.now();
      isOn = true;
    },
    end() {
      isOn = false;
      return { ...seen, seconds: (performance.now() - startedAt) / 1000 };
    },
  };
})();
