// A process of its own that keeps a LevelDB folder open until it is killed.
import leveldown from 'leveldown';

const level = leveldown(process.argv[2]);
level.open({ createIfMissing: false }, (error) => {
  if (error) throw error;
  setInterval(() => level.getProperty('leveldb.stats'), 60_000);
  process.send('open');
});
