import type { Api } from 'telegram/tl/index.js';
import type { Media } from '../../document/media.js';
import type { ServiceAction } from '../../document/service.js';
import type { Readers } from './unknown.js';

/** Readers for some of the actions of service messages. */
export type ActionReaders = Partial<Readers<Api.TypeMessageAction, ServiceAction<Media>>>;
