import type { RichPage } from '../../../messages/document/rich-page.js';
import type { JsonObject } from '../json.js';
import type { DesktopScene } from '../scene.js';
import { richBlocks } from './blocks.js';
import { richScene } from './rich-scene.js';

/** A message of blocks. */
export function richMessage(page: RichPage, scene: DesktopScene): JsonObject {
  const { rightToLeft, partial, blocks } = page;
  return {
    rtl: rightToLeft === true,
    part: partial === true,
    blocks: richBlocks(blocks, richScene(page, scene)),
  };
}
