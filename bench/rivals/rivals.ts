import { gotd } from './gotd/gotd.js';
import { disk, library } from './library/library.js';
import type { Rival } from './rival.js';
import { telethon } from './telethon/telethon.js';

/** Every rival by its name. */
export const RIVALS: Readonly<Record<string, Rival>> = { telethon, library, disk, gotd };
