/**
 * What BatchImportFindings takes of a finding, of the part that rolecall writes.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
 */
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength, pattern: '\\S' });
const time = { type: 'string', format: 'date-time' };
const object = (
  properties: Record<string, object>,
  required: readonly string[] = Object.keys(properties),
) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const severity = object({
  Label: { enum: ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] },
  Original: text(64),
});
const types = {
  type: 'array',
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  // The categories that the taxonomy has.
  items: {
    enum: [
      ...[
        'Initial Access',
        'Execution',
        'Persistence',
        'Privilege Escalation',
        'Defense Evasion',
        'Credential Access',
        'Discovery',
        'Lateral Movement',
        'Collection',
        'Command and Control',
      ].map((tactic) => `TTPs/${tactic}`),
      ...['Data Exposure', 'Data Exfiltration', 'Data Destruction'].map((effect) => `Effects/${effect}`),
      'Unusual Behaviors/User',
    ],
  },
};

export const asffSchema = {
  type: 'array',
  items: object(
    {
      SchemaVersion: { const: '2018-10-08' },
      Id: { ...text(512), pattern: '^\\S+$' },
      ProductArn: {
        ...text(2048),
        pattern: '^arn:(aws|aws-cn|aws-us-gov):securityhub:[a-z0-9-]{1,16}:(\\d{12}):product/\\2/default$',
      },
      ProductName: text(128),
      CompanyName: text(128),
      GeneratorId: text(512),
      AwsAccountId: { type: 'string', pattern: '^\\d{12}$' },
      Types: types,
      CreatedAt: time,
      UpdatedAt: time,
      FirstObservedAt: time,
      LastObservedAt: time,
      Severity: severity,
      FindingProviderFields: object({ Severity: severity, Types: types }),
      Title: text(256),
      Description: text(1024),
      Remediation: object({ Recommendation: object({ Text: text(512) }) }),
      Resources: {
        type: 'array',
        minItems: 1,
        maxItems: 32,
        items: object({
          Type: { enum: ['AwsIamRole', 'AwsIamUser', 'AwsAccount', 'Other'] },
          Id: text(512),
          Partition: { enum: ['aws', 'aws-cn', 'aws-us-gov'] },
          Region: text(16),
          ResourceRole: { enum: ['Target', 'Actor'] },
        }),
      },
      ProductFields: {
        type: 'object',
        maxProperties: 50,
        propertyNames: { minLength: 1, maxLength: 128 },
        additionalProperties: text(2048),
      },
      RecordState: { enum: ['ACTIVE', 'ARCHIVED'] },
      Workflow: object({ Status: { enum: ['NEW', 'SUPPRESSED'] } }),
      Note: object({ Text: text(512), UpdatedBy: text(512), UpdatedAt: time }),
    },
    [
      ...['SchemaVersion', 'Id', 'ProductArn', 'GeneratorId', 'AwsAccountId', 'CreatedAt', 'UpdatedAt'],
      ...['Title', 'Description', 'Resources', 'Severity', 'Types', 'RecordState', 'Workflow'],
    ],
  ),
};
