import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { collaboration } from './server/vite-plugin.ts';

const at = (folder: string) => fileURLToPath(new URL(folder, import.meta.url));
const inSource = { $core: at('src/core'), $blocks: at('src/blocks'), $lib: at('src/lib') };

/** Only for what hangs: a busy machine is no failure. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  plugins: [sveltekit(), collaboration()],
  server: { port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? 'localhost' },
  test: {
    projects: [
      {
        resolve: { alias: inSource },
        test: {
          name: 'node',
          environment: 'node',
          ...patience,
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/browser/**', 'tests/dom/**', 'tests/crash/**'],
        },
      },
      {
        plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
        resolve: { alias: inSource, conditions: ['browser'] },
        test: { name: 'dom', environment: 'jsdom', ...patience, include: ['tests/dom/**/*.test.ts'] },
      },
    ],
  },
});
