import { Ajv2020 } from 'ajv/dist/2020.js';
import { severities } from '../model/finding.js';
import { latestTime } from '../store/event-key.js';

const text = { title: 'a text', type: 'string', pattern: '\\S', maxLength: 2000 } as const;
const texts = (description: string) => ({
  title: 'a list of texts',
  description: `a list: ${description}`,
  type: 'array',
  minItems: 1,
  items: text,
});
const option = {
  title: 'an option',
  description: '{ default: 30, help: "minutes, …" }',
  type: 'object',
  required: ['default', 'help'],
  additionalProperties: false,
  properties: {
    default: {
      title: 'a text, a number, true or false, or a list of these',
      type: ['string', 'number', 'boolean', 'array'],
      items: { title: 'a text, a number, true or false', type: ['string', 'number', 'boolean'] },
    },
    help: { ...text, description: 'what it means, with its unit' },
    fault: { title: 'a function', callable: true },
  },
};

/** What a user's file has to export: the shape of `Detector`, for whoever writes without types. */
const definition = {
  title: 'a detector',
  type: 'object',
  required: ['id', 'summary', 'severity', 'cannotSee', 'falsePositives', 'triage', 'detect'],
  additionalProperties: false,
  properties: {
    id: {
      title: 'lower-case words joined by "-"',
      description: 'the name of the file without its ending',
      type: 'string',
      pattern: '^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$',
      maxLength: 60,
    },
    summary: { ...text, description: 'one line: it fires when …' },
    severity: { title: `one of ${severities.join(', ')}`, enum: severities },
    attack: {
      title: 'a list of ATT&CK techniques such as T1078.004',
      type: 'array',
      items: {
        title: 'an ATT&CK technique such as T1078.004',
        type: 'string',
        pattern: '^T[0-9]{4}(?:\\.[0-9]{3})?$',
      },
    },
    cannotSee: texts('what its data cannot show'),
    falsePositives: texts('when it is harmless'),
    triage: texts('what to do with a finding, in order'),
    options: {
      title: 'a map of options',
      type: 'object',
      propertyNames: { pattern: '^[a-z][A-Za-z0-9]*$', not: { enum: ['enabled', 'severity', 'exceptions'] } },
      additionalProperties: option,
    },
    risesWithDepth: { title: 'true or false', type: 'boolean' },
    detect: { title: 'a function', description: 'a function of a scene', callable: true },
    blind: { title: 'a function', callable: true },
  },
};

const time = {
  title: 'a time in epoch seconds, between 1970 and 2106',
  description: 'epoch seconds',
  type: 'number',
  minimum: 0,
  maximum: latestTime,
} as const;
const list = { title: 'a list of texts', type: 'array', items: { title: 'a text', type: 'string' } } as const;

/** What `detect` may give: the shape of `Draft`. */
const draft = {
  title: 'a draft of a finding',
  type: 'object',
  required: ['title', 'time', 'evidence', 'about'],
  additionalProperties: false,
  properties: {
    title: { title: 'a text', description: 'a sentence: who did what', type: 'string', pattern: '\\S' },
    detail: list,
    severity: definition.properties.severity,
    time,
    last: time,
    evidence: { ...list, description: 'event ids' },
    about: { ...list, description: 'what makes it one incident', minItems: 1 },
    actions: list,
    regions: list,
  },
};

const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true });
ajv.addKeyword({ keyword: 'callable', validate: (_: true, value: unknown) => typeof value === 'function' });

export const isDefinition = ajv.compile(definition);
export const isDraft = ajv.compile(draft);
