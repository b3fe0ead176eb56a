import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../server/config.ts';

describe('configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({ port: 3000, origin: null, logLevel: 'info' });
    expect(readConfig({}).dataDir.endsWith('/data')).toBe(true);
  });

  it.each([
    [{ PORT: 'many' }, 'PORT must be a number'],
    [{ PORT: '65536' }, 'PORT must be a number'],
    [{ ORIGIN: 'notes.example.org' }, 'ORIGIN must be'],
    [{ ORIGIN: 'https://notes.example.org/path' }, 'ORIGIN must be only'],
    [{ ORIGIN: 'ftp://notes.example.org' }, 'ORIGIN must be only'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of'],
    [{ HOST: '' }, 'HOST must not be empty'],
    [{ DATA_DIR: '' }, 'DATA_DIR must not be empty'],
    [{ BODY_SIZE_LIMIT: 'much' }, 'BODY_SIZE_LIMIT must be'],
    [{ BODY_SIZE_LIMIT: '-5' }, 'BODY_SIZE_LIMIT must be'],
    [{ BODY_SIZE_LIMIT: '' }, 'BODY_SIZE_LIMIT must be'],
  ])('says in a sentence what is wrong with %j', (environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
    expect(() => readConfig(environment)).toThrow(sentence);
  });

  it.each([
    [{}, 8 * 2 ** 20],
    [{ BODY_SIZE_LIMIT: '500000' }, 500_000],
    [{ BODY_SIZE_LIMIT: '512k' }, 512 * 1024],
    [{ BODY_SIZE_LIMIT: '1G' }, 2 ** 30],
  ])('reads how large a body may be from %j', (environment, bytes) => {
    expect(readConfig(environment).maxBodyBytes).toBe(bytes);
  });

  it('takes an origin with or without its slash', () => {
    expect(readConfig({ ORIGIN: 'https://notes.example.org/' }).origin).toBe('https://notes.example.org');
  });
});
