import jpeg from 'jpeg-js';

/** Cells on each side of the grid to which a picture is reduced. */
const GRID = 16;
/**
 * How far the cells may be apart, of 255: on average, and the most of one cell. A picture that is encoded again differs
 * by one or two.
 */
const MOST_MEAN = 4;
const MOST_CELL = 28;
/** Larger pictures are not decoded: Telegram draws none of more than 2560 by 2560 pixels. */
const MOST_MEGAPIXELS = 16;
const MOST_MEMORY_MB = 256;

/** A perceptual hash: the mean red, green and blue of each cell of a grid, row by row. */
export type PictureHash = Uint8Array;

/** The perceptual hash of a JPEG; undefined for anything else, and for one that can't be decoded. */
export function pictureHash(bytes: Uint8Array): PictureHash | undefined {
  const image = decode(bytes);
  if (!image) return undefined;
  const { width, height, data } = image;
  const sums = new Float64Array(GRID * GRID * 3);
  const counts = new Uint32Array(GRID * GRID);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * GRID) / height) * GRID;
    for (let x = 0; x < width; x += 1) {
      const cell = row + Math.floor((x * GRID) / width);
      const at = (y * width + x) * 3;
      counts[cell] = (counts[cell] ?? 0) + 1;
      for (let color = 0; color < 3; color += 1) {
        const place = cell * 3 + color;
        sums[place] = (sums[place] ?? 0) + (data[at + color] ?? 0);
      }
    }
  }
  return Uint8Array.from(sums, (sum, place) => Math.round(sum / (counts[Math.floor(place / 3)] || 1)));
}

/** Whether two pictures look the same to a person, though their bytes differ. */
export function looksSame(one: PictureHash, other: PictureHash): boolean {
  let sum = 0;
  let most = 0;
  for (const [place, value] of one.entries()) {
    const apart = Math.abs(value - (other[place] ?? 0));
    sum += apart;
    most = Math.max(most, apart);
  }
  return sum / one.length <= MOST_MEAN && most <= MOST_CELL;
}

function decode(bytes: Uint8Array): ReturnType<typeof jpeg.decode> | undefined {
  try {
    return jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: MOST_MEGAPIXELS,
      maxMemoryUsageInMB: MOST_MEMORY_MB,
    }) as ReturnType<typeof jpeg.decode>;
  } catch {
    // The decoder's errors are all about the picture, which then is compared by its bytes alone.
    return undefined;
  }
}
