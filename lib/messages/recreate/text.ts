import type { PostDocument } from '../document/document.js';
import type { Plan } from './plan.js';
import type { Planner } from './planner.js';

export function planText({ text }: PostDocument): Plan {
  return text === '' ? { kind: 'skip', reason: 'empty' } : { kind: 'text', losses: [] };
}

/** A message may consist of a link preview alone. */
export const planPreview: Planner<'web_page'> = ({ page }, post) =>
  'url' in page && page.url ? { kind: 'text', losses: [] } : planText(post);
