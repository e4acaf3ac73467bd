import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { create, type OlderForm, olderForms } from './older-forms.js';
import { NEWER_NAMES, NEWEST_LAYER, STAND_INS } from './older-lines.js';
import { readFields, type TlFields, writeLine } from './tl-line.js';

const FORMS = olderForms();
const BY_ID = new Map(FORMS.map((form) => [form.line.id, form]));

/** Reads TL of any layer that is served: a constructor's number alone shows which form it has. */
export class LayerReader extends BinaryReader {
  override tgReadObject(): unknown {
    const start = this.tellPosition();
    const form = BY_ID.get(this.readInt(false));
    if (form) return form.make(readFields(form.line, this));
    this.setPosition(start);
    return super.tgReadObject();
  }
}

/**
 * A TL object (or an array of them) as clients of `layer` read it. The same object is returned if nothing in it
 * differs; the argument is never changed.
 */
export function toLayer(value: unknown, layer: number): unknown {
  return layer === 0 || layer >= NEWEST_LAYER ? value : translate(value, layer);
}

function translate(value: unknown, layer: number): unknown {
  if (Array.isArray(value)) {
    const items = value.filter((item) => isKnown(item, layer)).map((item) => translate(item, layer));
    return items.length < value.length || items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isTl(value)) return value;
  const instead = standIn(value, layer);
  if (instead !== undefined) return translate(instead, layer);
  const form = formOf(value, layer);
  const fields = form?.fieldsOf(value) ?? value;
  const changed = Object.entries(fields).flatMap(([name, field]) => {
    const translated = name === 'originalArgs' ? field : translate(field, layer);
    return translated === field ? [] : [[name, translated] as const];
  });
  if (form) return older(form, { ...fields, ...Object.fromEntries(changed) });
  if (changed.length === 0) return value;
  return Object.assign(Object.create(Object.getPrototypeOf(value)), value, Object.fromEntries(changed));
}

/** Whether clients of the layer can read it; for a button its type decides. */
function isKnown(value: unknown, layer: number): boolean {
  if (!isTl(value)) return true;
  const isNewer = NEWER_NAMES.some(({ since, name }) => name === value.className && layer < since);
  return !isNewer && isKnown(value['type'], layer);
}

/** What takes the place of an object that the layer lacks. */
function standIn(value: TlFields & { className: string }, layer: number): unknown {
  const found = STAND_INS.find(({ since, name }) => name === value.className && layer < since);
  if (!found) return undefined;
  return found.field === undefined ? create(found.other ?? '', {}) : value[found.field];
}

/** Written as one of the library's own objects when it is inside one. */
function older({ line }: OlderForm, fields: TlFields): object {
  return {
    ...fields,
    className: line.name,
    CONSTRUCTOR_ID: line.id,
    getBytes: () => writeLine(line, fields),
  };
}

function formOf(value: TlFields & { className: string }, layer: number): OlderForm | undefined {
  const { className } = value;
  return FORMS.find(
    ({ now, until, fieldsOf }) => now === className && until >= layer && fieldsOf(value) !== undefined,
  );
}

function isTl(value: unknown): value is TlFields & { className: string } {
  return typeof value === 'object' && value !== null && 'className' in value && 'getBytes' in value;
}
