import { detectorSchema, exceptionSchema, optionSchema } from './schema-detector.js';
import { roleSchema } from './schema-role.js';

/**
 * The shape of `rolecall.yaml` as JSON Schema (draft 2020-12): what an editor completes and `parsePolicy` checks.
 * `title` and `description` are also the words of the error: "… is not <title> (<description>)".
 * What a schema cannot say (aliases that exist, patterns that mean something) is in `checks.ts`.
 */
export const policySchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:rolecall:schema:policy:v1',
  title: 'a rolecall policy',
  description: 'Names for accounts and roles, and the promises that roles keep.',
  type: 'object',
  additionalProperties: false,
  required: ['version'],
  properties: {
    version: {
      title: 'a version that this rolecall reads',
      description: 'write version: 1',
      type: 'integer',
      const: 1,
    },
    organization: {
      title: 'an organization id',
      description: 'o- and 10 to 32 lower-case letters or digits, such as o-a1b2c3d4e5',
      type: 'string',
      pattern: '^o-[a-z0-9]{10,32}$',
    },
    accounts: {
      title: 'a map of accounts',
      description: 'alias: { id: "222222222222", env: prod }',
      type: 'object',
      propertyNames: { $ref: '#/$defs/alias' },
      additionalProperties: { $ref: '#/$defs/account' },
    },
    roles: {
      title: 'a map of roles',
      description: 'name: { match: ["prod:role/deploy"] } and what the role promises',
      type: 'object',
      propertyNames: { $ref: '#/$defs/name' },
      additionalProperties: { $ref: '#/$defs/role' },
    },
    breakGlass: {
      title: 'a list of break-glass identities',
      description: 'principals for emergencies, such as ["prod:user/ops-break-glass"]',
      type: 'array',
      items: { $ref: '#/$defs/principal' },
    },
    guardrails: {
      title: 'a map of guardrails',
      description: 'what the whole organization denies: deny and regions',
      type: 'object',
      additionalProperties: false,
      properties: {
        deny: {
          title: 'a list of actions',
          description: 'actions that nobody may call, such as ["iam:CreateUser"]',
          type: 'array',
          items: { $ref: '#/$defs/action' },
        },
        regions: {
          title: 'a list of regions',
          description: 'the only regions in use, such as [eu-west-1, us-east-1]',
          type: 'array',
          minItems: 1,
          items: { $ref: '#/$defs/region' },
        },
      },
    },
    never: {
      title: 'a list of forbidden assumptions',
      description: '[{ from: staging, to: "prod:role/*" }]',
      type: 'array',
      items: {
        title: 'a forbidden assumption',
        description: '{ from: staging, to: "prod:role/*" }',
        type: 'object',
        additionalProperties: false,
        required: ['from', 'to'],
        properties: {
          from: { $ref: '#/$defs/principal' },
          to: { $ref: '#/$defs/rolePattern' },
          reason: { $ref: '#/$defs/reason' },
        },
      },
    },
    limits: {
      title: 'a map of limits',
      description: 'limits for every role that sets none: { maxDepth: 2 }',
      type: 'object',
      additionalProperties: false,
      properties: { maxDepth: { $ref: '#/$defs/maxDepth' } },
    },
    detectors: {
      title: 'a map of detectors',
      description: 'detector id: { its options }, such as deep-chain: { maxDepth: 3 }',
      type: 'object',
      propertyNames: { $ref: '#/$defs/detectorId' },
      additionalProperties: { $ref: '#/$defs/detector' },
    },
  },
  $defs: {
    alias: {
      title: 'an account alias',
      description: 'a letter, then letters, digits, ".", "_" or "-"; the id goes in id:',
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9._-]*$',
      maxLength: 63,
    },
    account: {
      title: 'an account',
      description: '{ id: "222222222222", env: prod }',
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: {
        id: {
          title: 'an account id',
          description: '12 digits in quotes, such as "222222222222"',
          type: 'string',
          pattern: '^[0-9]{12}$',
        },
        env: {
          title: 'an environment',
          description: 'one word, such as prod, staging or shared',
          type: 'string',
          pattern: '^[A-Za-z0-9._-]+$',
        },
        external: {
          title: 'true or false',
          description: "true for somebody else's account",
          type: 'boolean',
        },
        offboarded: { $ref: '#/$defs/date' },
      },
    },
    name: {
      title: 'a role name for questions',
      description: 'a letter, then letters, digits, ".", "_" or "-"',
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9._-]*$',
    },
    role: roleSchema,
    maxDepth: {
      title: 'a number of hops',
      description: 'a whole number from 1 to 20; 1 is straight from the origin',
      type: 'integer',
      minimum: 1,
      maximum: 20,
    },
    date: {
      title: 'a date',
      description: 'a day that exists, such as 2026-11-17',
      type: 'string',
      format: 'date',
    },
    action: {
      title: 'an action',
      description: 'service:Name, such as ec2:Describe*; * and ? are the only wildcards',
      type: 'string',
      pattern: '^(?:\\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$',
    },
    region: {
      title: 'a region',
      description: 'such as eu-west-1',
      type: 'string',
      pattern: '^[a-z]{2,3}(?:-[a-z]+)+-[0-9]{1,2}$',
    },
    resource: {
      title: 'a resource ARN',
      description:
        'arn:partition:service:region:account:resource, such as "arn:aws:s3:::shop-uploads/*", or "*"',
      type: 'string',
      pattern: '^(?:\\*|arn:[a-z*-]+:[a-z0-9*?-]+:[a-z0-9*?-]*:[a-z0-9*?]*:[^\\s]+)$',
    },
    rolePattern: {
      title: 'a role pattern',
      description: 'account:role/name, such as "prod:role/deploy-*"',
      type: 'string',
    },
    principal: {
      title: 'a principal pattern',
      description: 'account:role/name, account:user/name, account:root, or an account',
      type: 'string',
    },
    origin: {
      title: 'an origin pattern',
      description: 'kind:name, such as "web-identity:repo:acme/*:ref:refs/heads/main"',
      type: 'string',
    },
    reason: {
      title: 'a reason',
      description: 'a sentence for whoever reads this next',
      type: 'string',
      minLength: 1,
    },
    detectorId: {
      title: 'a detector id',
      description: 'lower-case words joined by "-", such as deep-chain',
      type: 'string',
      pattern: '^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$',
    },
    detector: detectorSchema,
    option: optionSchema,
    exception: exceptionSchema,
  },
} as const;
