import type { FlagSpec } from './command.js';

/**
 * A flag of `telepi run` and `telepi check`. Separate from the code that acts on it, which `telepi --help` needn't
 * load.
 */
export const CONTINUE_FROM: FlagSpec = {
  name: 'continue-from',
  placeholder: 'directory|none',
  about:
    'a new job continues from the checkpoint.txt and topic_map.json that the older script left there; none: it begins with the first message',
};
