// Collaboration in `npm run dev`: the same services as in production, living inside Vite's own graph.
// The store is opened once Vite listens, not before: on a restart Vite sets up the new server before it
// closes the old one, which still holds the store's lock.
import type { Plugin } from 'vite';
import type { Services } from './services.ts';

export function collaboration(): Plugin {
  let services: Promise<Services> | null = null;
  return {
    name: 'rollcall-collaboration',
    apply: 'serve',
    configureServer(vite) {
      vite.httpServer?.once('listening', () => {
        services = vite
          .ssrLoadModule('/server/dev.ts')
          .then((module) => (module as { services: Services }).services);
        services.catch((error: unknown) => vite.config.logger.error(String(error)));
      });
      // Sockets that are not ours are Vite's own: leave them alone.
      vite.httpServer?.on('upgrade', (request, socket, head) => {
        void services?.then(({ collab }) => collab.upgrade(request, socket, head));
      });
    },
    hotUpdate({ file, server }) {
      if (this.environment.name === 'ssr' && file.includes('/server/')) void server.restart();
    },
    async buildEnd() {
      await (await services)?.close();
    },
  };
}
