import adapter from './server/kit-adapter.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  kit: {
    adapter: adapter(),
    // The service worker is registered by the note page, once it has something to keep.
    serviceWorker: { register: false },
    // Tests and components alike say where a thing lives, relative to src.
    alias: { $core: 'src/core', $blocks: 'src/blocks' },
  },
};
