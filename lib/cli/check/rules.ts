import { describeSelection } from '../../messages/selection/canonical.js';
import { readCriteria } from '../../messages/selection/criteria.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { readTexts, type Texts } from '../texts.js';
import { type Finding, probe } from './finding.js';

/** Whether the settings that choose messages, and say what becomes of their texts, can be read: as a run reads them. */
export async function ruleFindings(
  { signal, clock, sources }: Pick<CommandContext, 'signal' | 'clock' | 'sources'>,
  settings: Settings,
): Promise<readonly Finding[]> {
  return [
    await probe('selection', signal, async () => {
      const words = describeSelection(await readCriteria(settings.selection, clock.now()));
      return words ?? 'every message';
    }),
    await probe('texts', signal, async () => textWords(await readTexts(settings, sources))),
  ];
}

function textWords({ options, program }: Texts): string {
  const { long, attribution, transform } = options;
  const changes = [
    ...(transform ? ['changed by rules'] : []),
    ...(program ? [`changed by ${program[0]}`] : []),
    ...(attribution ? ['with an attribution'] : []),
  ];
  const how = changes.length === 0 ? 'sent as they are' : changes.join(', ');
  return `${how}; one that is too long ${long === 'split' ? 'continues in the next message' : 'fails'}`;
}
