// One `vite build` makes the whole product: adapter-node writes the pages' handler into build/, then
// the server's own root, its thread and the operator's commands are built beside it, with every dependency left outside both bundles, so that
// pages and server share one copy of yjs.
import { readFileSync } from 'node:fs';
import nodeAdapter from '@sveltejs/adapter-node';
import { build } from 'vite';

/** @returns {import('@sveltejs/kit').Adapter} */
export default function adapter() {
  const node = nodeAdapter({ out: 'build' });
  return {
    ...node,
    name: 'rollcall',
    async adapt(builder) {
      await node.adapt(builder);
      const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
      const outside = Object.keys(dependencies).map((name) => new RegExp(`^${name}(/.*)?$`));
      await build({
        configFile: false,
        logLevel: 'warn',
        ssr: { noExternal: true },
        build: {
          ssr: true,
          outDir: 'build',
          emptyOutDir: false,
          copyPublicDir: false,
          target: 'node20',
          sourcemap: true,
          rolldownOptions: {
            input: {
              main: 'server/main.ts',
              cli: 'server/cli.ts',
              'offload-thread': 'server/offload/thread.ts',
            },
            external: [/^\.\/handler\.js$/, /^node:/, ...outside],
            output: { entryFileNames: '[name].js' },
          },
        },
      });
    },
  };
}
