import type { FindKept } from '../../erase/restore/kept-files.js';
import type { OpenStore } from '../../store/open-store.js';
import type { ImportedIds } from '../../store/tables/import-ranges.js';
import type { TelepiClient } from '../../telegram/client.js';
import type { RunEvents } from '../clone-into.js';
import type { CommandContext } from '../command.js';
import type { RestoreRequest } from './request.js';
import type { RestoreSides } from './sides.js';

/** What the steps of a restore share. */
export interface Restoring {
  readonly context: CommandContext;
  readonly request: RestoreRequest;
  readonly store: OpenStore;
  readonly client: TelepiClient;
  readonly accountId: number;
  readonly sides: RestoreSides;
  readonly kept: FindKept;
  /** What imports have brought into the target, or are about to. */
  readonly imported: ImportedIds;
  readonly events: RunEvents;
}
