// Makes mtcute-layer-227.json from layer-objects.json with mtcute 0.30.3, whose layer is 227:
//
//     mkdir mtcute && cd mtcute && npm init -y && npm install @mtcute/node@0.30.3
//     cp ../test/golden/make-layers.mjs . && node make-layers.mjs ../test/golden
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = process.argv[2];
const require = createRequire(import.meta.url);
// What mtcute keeps to itself is found beside what it exports.
const core = dirname(require.resolve('@mtcute/core'));
const { __tlWriterMap } = require(join(core, 'tl/binary/writer.cjs'));
const { TlBinaryWriter } = require(require.resolve('@mtcute/tl-runtime', { paths: [core] }));
const Long = require(require.resolve('long', { paths: [core] }));
const schema = JSON.parse(readFileSync(join(core, 'tl/api-schema.json'), 'utf8'));
const { version } = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));

const types = new Map(schema.e.map((entry) => [entry.name, entry.arguments]));

/** An object of mtcute: camel case, Long for long, plain numbers for the ids that fit. */
function made(value, type) {
  if (Array.isArray(value)) return value.map((item) => made(item, type));
  if (typeof value !== 'object') return value;
  if ('long' in value) return type === 'int53' ? Number(value.long) : Long.fromString(value.long);
  if ('hex' in value) return Uint8Array.from(Buffer.from(value.hex, 'hex'));
  const fields = types.get(value._);
  if (!fields) throw new Error(`layer ${schema.l} has no ${value._}`);
  const entries = Object.entries(value).map(([name, field]) => {
    if (name === '_') return [name, field];
    const camel = name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
    return [camel, made(field, fields.find((each) => each.name === name).type)];
  });
  return Object.fromEntries(entries);
}

const { objects } = JSON.parse(readFileSync(join(folder, 'layer-objects.json'), 'utf8'));
const vectors = {};
for (const { name, layers = [schema.l], object } of objects) {
  if (!layers.includes(schema.l)) continue;
  vectors[name] = Buffer.from(TlBinaryWriter.serializeObject(__tlWriterMap, made(object))).toString('hex');
}
const numbers = schema.e.map(({ id }) => (id >>> 0).toString(16).padStart(8, '0')).sort();
const content = { source: `mtcute ${version}`, layer: schema.l, vectors, constructors: numbers.join(' ') };
writeFileSync(join(folder, `mtcute-layer-${schema.l}.json`), `${JSON.stringify(content, null, 1)}\n`);
