import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { asffSchema } from './asff.js';
import { ocsfSchema } from './ocsf.js';

type Faults = (value: unknown) => string[];

function faultsBy(ajv: Ajv, schema: object): Faults {
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return (value) => {
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

/** The schema as published, which a package of Microsoft's carries. */
const sarifSchema = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
    'utf8',
  ),
);

/** What is wrong with a value by the schema of a format; none when it is sound. */
export const faults = {
  sarif: faultsBy(
    new AjvDraft4.default({ allErrors: true, strict: false, unicodeRegExp: false }) as unknown as Ajv,
    sarifSchema,
  ),
  asff: faultsBy(new Ajv({ allErrors: true, strict: false }), asffSchema),
  ocsf: faultsBy(new Ajv({ allErrors: true, strict: false }), ocsfSchema),
} satisfies Record<string, Faults>;
