/** One entry under `roles:`. `$defs` are those of `schema.ts`. */
export const roleSchema = {
  title: 'a role',
  description: '{ match: ["prod:role/deploy"] } and what it promises',
  type: 'object',
  additionalProperties: false,
  required: ['match'],
  properties: {
    match: {
      title: 'a list of role patterns',
      description: 'the roles meant, such as ["prod:role/deploy-*"]',
      type: 'array',
      minItems: 1,
      items: { $ref: '#/$defs/rolePattern' },
    },
    humans: {
      title: 'a way in for people',
      description: 'identity-center: people reach this role through IAM Identity Center only',
      enum: ['identity-center'],
    },
    pattern: {
      title: 'a pattern of use',
      description: 'cicd, audit, vendor, resource or human',
      enum: ['cicd', 'audit', 'vendor', 'resource', 'human'],
    },
    callers: {
      title: 'a list of callers',
      description: 'who may assume it: principals or accounts, such as ["tooling:role/ci", watchdog]',
      type: 'array',
      items: { $ref: '#/$defs/principal' },
    },
    origins: {
      title: 'a list of origins',
      description: 'where its chains may begin, such as ["web-identity:repo:acme/*:ref:refs/heads/main"]',
      type: 'array',
      items: { $ref: '#/$defs/origin' },
    },
    calls: {
      title: 'a list of actions',
      description: 'the only calls it makes, such as ["ec2:Describe*", "iam:PassRole"]',
      type: 'array',
      items: { $ref: '#/$defs/action' },
    },
    resources: {
      title: 'a list of resource ARNs',
      description: 'the only resources it touches, such as ["arn:aws:s3:::shop-uploads/*"]',
      type: 'array',
      items: { $ref: '#/$defs/resource' },
    },
    readOnly: { title: 'true or false', description: 'true when it never writes', type: 'boolean' },
    externalId: {
      title: 'a rule for the ExternalId',
      description: 'required, or sha256: and the 64 hex digits of its SHA-256, never the ExternalId itself',
      type: 'string',
      pattern: '^(?:required|sha256:[0-9a-f]{64})$',
      'x-secret': true,
    },
    maxDepth: { $ref: '#/$defs/maxDepth' },
    sourceIdentity: {
      title: 'a rule for the source identity',
      description: 'required: each session carries one',
      enum: ['required'],
    },
    offboarded: { $ref: '#/$defs/date' },
  },
} as const;
