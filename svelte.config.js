import adapter from './server/kit-adapter.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  kit: {
    adapter: adapter(),
    // Notes may show images from anywhere; scripts, frames and connections are our own. Style attributes carry
    // people's colours and the places of menus.
    csp: {
      mode: 'nonce',
      directives: {
        'default-src': ['none'],
        'script-src': ['self'],
        'style-src': ['self'],
        'style-src-attr': ['unsafe-inline'],
        'img-src': ['self', 'https:', 'http:'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'manifest-src': ['self'],
        'frame-ancestors': ['none'],
        'base-uri': ['none'],
        'form-action': ['self'],
      },
    },
    // hooks.server.ts tells foreign pages from our own, and from programs, which Kit's check would turn away.
    csrf: { trustedOrigins: ['*'] },
    // The service worker is registered by the note page, once it has something to keep.
    serviceWorker: { register: false },
    // Tests and components alike say where a thing lives, relative to src.
    alias: { $core: 'src/core', $blocks: 'src/blocks' },
  },
};
