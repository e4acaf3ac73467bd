// Writes lib/refusals/ERRORS.md anew from the table of errors.
import { writeFileSync } from 'node:fs';
import { ERRORS_DOC, errorsDoc } from '../support/errors-doc.js';

writeFileSync(ERRORS_DOC, errorsDoc());
