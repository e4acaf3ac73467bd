import { Api } from 'telegram/tl/index.js';
import { startsWith } from './image-size.js';

/** TL: storage.FileType, by a file's first bytes. */
export function storageType(start: Buffer): Api.storage.TypeFileType {
  if (startsWith(start, 'ffd8ff')) return new Api.storage.FileJpeg();
  if (startsWith(start, '89504e47')) return new Api.storage.FilePng();
  if (startsWith(start, '47494638')) return new Api.storage.FileGif();
  if (startsWith(start, '25504446')) return new Api.storage.FilePdf();
  if (startsWith(start, '494433') || startsWith(start, 'fffb')) return new Api.storage.FileMp3();
  if (start.toString('latin1', 8, 12) === 'WEBP') return new Api.storage.FileWebp();
  const brand = start.toString('latin1', 4, 8) === 'ftyp' ? start.toString('latin1', 8, 12) : '';
  if (brand === 'qt  ') return new Api.storage.FileMov();
  if (brand !== '') return new Api.storage.FileMp4();
  return new Api.storage.FileUnknown();
}
