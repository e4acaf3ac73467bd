/** What another program's file says of a message besides, whose message TelePi hasn't read from Telegram itself. */
export interface ImportedKeys {
  /** The file's form: Telegram Desktop's result.json, or its pages. */
  readonly form: 'result.json' | 'messages.html';
  /** Its keys that the document has no field for, as they stood; 64-bit numbers as decimal strings. */
  readonly keys: Readonly<Record<string, unknown>>;
}
