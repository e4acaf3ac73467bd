import { createHash } from 'node:crypto';

/**
 * A real baseline JPEG of `width` × `height` pixels (1 to 65,535 each): grey, with a slope of brightness that depends
 * on `seed`. Small: a few hundred bytes for a thumbnail, some 20 KiB for 2560 × 1920. `drawn`: how often the picture has
 * been drawn again; each time it has other bytes, and looks the same but for a level of grey.
 */
export function drawJpeg(seed: string, width: number, height: number, drawn = 0): Buffer {
  const quantum = drawn === 0 ? FIRST_QUANTUM : LATER_QUANTUM;
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    ...(drawn === 0 ? [] : [segment(0xfe, Buffer.from(`drawn again, ${drawn}`, 'latin1'))]),
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, quantum)])),
    segment(0xc0, frame(width, height)),
    segment(0xc4, Buffer.concat([Buffer.from([0x00]), DC_TABLE])),
    segment(0xc4, Buffer.concat([Buffer.from([0x10]), AC_TABLE])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    scan(seed, Math.ceil(width / 8), Math.ceil(height / 8), FIRST_QUANTUM / quantum),
    Buffer.from([0xff, 0xd9]),
  ]);
}

// One step of the coefficients is one level of grey in a first drawing, and three quarters of one in a later one.
const FIRST_QUANTUM = 8;
const LATER_QUANTUM = 6;

// Counts of codes by length 1..16, then the symbols. DC: categories 0..3, by 2 bits each; AC: end of block, by 1 bit.
// A code of all ones is not allowed, so each table leaves one free.
const DC_TABLE = Buffer.from([0, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
const AC_TABLE = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const DC_CODES = [
  { bits: 0b00, length: 2 },
  { bits: 0b01, length: 2 },
  { bits: 0b10, length: 2 },
  { bits: 0b110, length: 3 },
] as const;

/**
 * A picture as Telegram sends it back: the same pixels with other bytes. A JPEG gets a comment; after the end of any
 * other picture come bytes that no decoder reads.
 */
export function drawnAgain(bytes: Buffer): Buffer {
  const note = Buffer.from('drawn again', 'latin1');
  if (bytes.readUInt16BE(0) !== 0xffd8) return Buffer.concat([bytes, note]);
  return Buffer.concat([bytes.subarray(0, 2), segment(0xfe, note), bytes.subarray(2)]);
}

function segment(marker: number, body: Buffer): Buffer {
  const start = Buffer.from([0xff, marker, 0, 0]);
  start.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([start, body]);
}

function frame(width: number, height: number): Buffer {
  const body = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  body.writeUInt16BE(height, 1);
  body.writeUInt16BE(width, 3);
  return body;
}

/** Each block is flat: the difference of its mean from the block before, then "end of block". */
function scan(seed: string, columns: number, rows: number, scale: number): Buffer {
  const look = createHash('sha256').update(seed).digest();
  const slopeX = look.readInt8(0) / columns;
  const slopeY = look.readInt8(1) / rows;
  const out: number[] = [];
  let bits = 0;
  let count = 0;
  const put = (value: number, length: number): void => {
    for (let i = length - 1; i >= 0; i -= 1) {
      bits = (bits << 1) | ((value >> i) & 1);
      count += 1;
      if (count === 8) {
        out.push(bits);
        if (bits === 0xff) out.push(0);
        bits = 0;
        count = 0;
      }
    }
  };
  let previous = 0;
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const wanted = Math.round(((x - columns / 2) * slopeX + (y - rows / 2) * slopeY) * scale);
      const step = Math.max(-7, Math.min(7, wanted - previous));
      previous += step;
      putStep(step, put);
    }
  }
  while (count !== 0) put(1, 1);
  return Buffer.from(out);
}

function putStep(step: number, put: (value: number, length: number) => void): void {
  const category = step === 0 ? 0 : Math.floor(Math.log2(Math.abs(step))) + 1;
  const code = DC_CODES[category] ?? DC_CODES[0];
  put(code.bits, code.length);
  if (category > 0) put(step > 0 ? step : step + (1 << category) - 1, category);
  put(0, 1);
}
