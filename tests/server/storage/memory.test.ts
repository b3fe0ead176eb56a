import { openMemoryStorage } from '../../../server/storage/memory.ts';
import { storageContract } from '../../contract/storage.ts';

storageContract('memory', async () => openMemoryStorage());
