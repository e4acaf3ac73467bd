import type { PickItem } from '../../../lib/cli/pick/item.js';

/** A file of a list, with what the test doesn't care about filled in. */
export function pickItem(item: Partial<PickItem> = {}): PickItem {
  const date = Date.UTC(2024, 2, 5, 18, 30) / 1000;
  return { date, kind: 'file', size: 1_000_000, name: 'report.pdf', chat: 'News', there: false, ...item };
}

/** Four files of two chats. */
export const FOUR: readonly PickItem[] = [
  pickItem({ kind: 'photo', size: 345_678, name: 'sunset.jpg' }),
  pickItem({ kind: 'video', size: 1_234_567_890, name: 'Übung 三.mp4', chat: 'Sport' }),
  pickItem({ there: true }),
  pickItem({ kind: 'voice', size: 999, name: 'voice.ogg', chat: 'Sport' }),
];
