import { severities } from '../model/finding.js';

/** One entry under `detectors:`: three options of every detector, and the detector's own. */
export const detectorSchema = {
  title: 'a map of options',
  description: '{ enabled: false }, { severity: low }, or options of the detector',
  type: 'object',
  properties: {
    enabled: { title: 'true or false', description: 'false switches the detector off', type: 'boolean' },
    severity: {
      title: 'a severity',
      description: severities.join(', '),
      enum: severities,
    },
    exceptions: {
      title: 'a list of exceptions',
      description: '[{ role: "prod:role/deploy", until: 2026-12-31, reason: "moving to the new pipeline" }]',
      type: 'array',
      items: { $ref: '#/$defs/exception' },
    },
  },
  additionalProperties: { $ref: '#/$defs/option' },
} as const;

/** A detector's own option. */
export const optionSchema = {
  title: 'an option',
  description: 'a text, a number, true or false, or a list of these',
  type: ['string', 'number', 'boolean', 'array'],
  items: {
    title: 'an entry',
    description: 'a text, a number, true or false',
    type: ['string', 'number', 'boolean'],
  },
} as const;

/** Findings accepted until a date: a date and a reason always, and at least one condition. */
export const exceptionSchema = {
  title: 'an exception',
  description: '{ role: "prod:role/deploy", until: 2026-12-31, reason: "…" }',
  type: 'object',
  additionalProperties: false,
  required: ['until', 'reason'],
  minProperties: 3,
  properties: {
    role: { $ref: '#/$defs/rolePattern' },
    caller: { $ref: '#/$defs/principal' },
    origin: { $ref: '#/$defs/origin' },
    account: { title: 'an account', description: 'an alias or a 12-digit id', type: 'string' },
    action: { $ref: '#/$defs/action' },
    region: { $ref: '#/$defs/region' },
    sessionName: { title: 'a session name', description: 'may hold * and ?', type: 'string', minLength: 1 },
    until: { $ref: '#/$defs/date' },
    reason: { $ref: '#/$defs/reason' },
  },
} as const;
