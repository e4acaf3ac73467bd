import type { PostDocument } from '../messages/document/document.js';
import type { Difference } from './differences.js';
import type { Finding } from './findings.js';
import { obstacleToEdit } from './obstacles.js';

/** Differences between a message and its copy, with what stands against repairing them. */
export function asFindings(
  { source, copy }: { readonly source: PostDocument; readonly copy: PostDocument },
  found: readonly Difference[],
): Finding[] {
  return found.map((each) => {
    const obstacle = obstacleToEdit(source, copy, each);
    return obstacle === undefined ? each : { ...each, obstacle };
  });
}
