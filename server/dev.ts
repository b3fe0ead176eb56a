// The composition root of `npm run dev`: the same services, inside Vite's module graph.
import { readConfig } from './config.ts';
import { createLogger } from './log.ts';
import { createInlineOffload } from './offload/offload.ts';
import { createServices } from './services.ts';
import { openLevelStorage } from './storage/leveldb.ts';

const config = readConfig(process.env);

export const services = createServices(
  config,
  await openLevelStorage(config.dataDir, { create: 'if-folder-is-new' }),
  createLogger(config.logLevel),
  createInlineOffload(),
);
