/**
 * OCSF 1.5.0: the class Detection Finding with the profile `cloud`, of the part that rolecall writes.
 * https://schema.ocsf.io/1.5.0/classes/detection_finding?profiles=cloud
 */
const text = { type: 'string', minLength: 1 };
const whole = { type: 'integer' };
/** Milliseconds, after 2000: seconds would be long before. */
const time = { type: 'integer', minimum: 946_684_800_000 };
const list = (items: object) => ({ type: 'array', items });
const object = (properties: Record<string, object>, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
/** An id and its caption go together. */
const named = (id: string, name: string, values: Record<number, string>) => ({
  anyOf: Object.entries(values).map(([value, caption]) => ({
    properties: { [id]: { const: Number(value) }, [name]: { const: caption } },
  })),
});

const account = object({ uid: text, name: text, type_id: { const: 10 }, type: { const: 'AWS Account' } }, [
  'uid',
]);
const user = {
  ...object({ name: text, uid: text, type_id: { enum: [1, 99] }, type: text, account }, ['type_id']),
  anyOf: [{ required: ['name'] }, { required: ['uid'] }],
};
const actor = {
  ...object({ user, session: object({ uid: text }, ['uid']) }, []),
  anyOf: [{ required: ['user'] }, { required: ['session'] }],
};
const technique = (pattern: string) =>
  object({ uid: { type: 'string', pattern }, name: text, src_url: { type: 'string', format: 'uri' } }, [
    'uid',
    'name',
  ]);
const attack = object(
  {
    technique: technique('^T\\d{4}$'),
    sub_technique: technique('^T\\d{4}\\.\\d{3}$'),
    tactic: technique('^TA\\d{4}$'),
  },
  ['technique'],
);

export const ocsfSchema = {
  ...object(
    {
      class_uid: { const: 2004 },
      class_name: { const: 'Detection Finding' },
      category_uid: { const: 2 },
      category_name: { const: 'Findings' },
      activity_id: whole,
      activity_name: text,
      type_uid: whole,
      type_name: text,
      severity_id: whole,
      severity: text,
      status_id: whole,
      status: text,
      is_alert: { type: 'boolean' },
      time,
      start_time: time,
      end_time: time,
      message: text,
      comment: text,
      metadata: object(
        {
          version: { const: '1.5.0' },
          profiles: { const: ['cloud'] },
          product: object({ name: text, vendor_name: text, version: text }, ['name', 'vendor_name']),
        },
        ['version', 'product'],
      ),
      finding_info: object(
        {
          uid: text,
          uid_alt: text,
          title: text,
          desc: text,
          first_seen_time: time,
          last_seen_time: time,
          created_time: time,
          modified_time: time,
          types: list(text),
          analytic: object(
            { uid: text, name: text, desc: text, type_id: { const: 1 }, type: { const: 'Rule' } },
            ['type_id'],
          ),
          attacks: list(attack),
          related_events: list(object({ uid: text, type: text }, ['uid'])),
        },
        ['uid'],
      ),
      // One of a list of things has to be there; data and actor are two of them.
      evidences: list({ ...object({ actor, data: { type: 'object' } }, ['data']) }),
      resources: list(object({ uid: text, name: text, type: text, cloud_partition: text }, ['uid'])),
      cloud: object({ provider: { const: 'AWS' }, account }, ['provider']),
      remediation: object({ desc: text }, ['desc']),
      observables: list(
        object({ name: text, type_id: { enum: [4, 10] }, type: text, value: text }, ['type_id']),
      ),
      unmapped: { type: 'object' },
    },
    [
      ...['class_uid', 'category_uid', 'activity_id', 'type_uid', 'severity_id', 'time', 'metadata'],
      ...['finding_info', 'cloud'],
    ],
  ),
  allOf: [
    named('severity_id', 'severity', { 1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High', 5: 'Critical' }),
    named('status_id', 'status', { 1: 'New', 2: 'In Progress', 3: 'Suppressed', 4: 'Resolved' }),
    named('activity_id', 'activity_name', { 1: 'Create', 2: 'Update', 3: 'Close' }),
    {
      anyOf: [1, 2, 3].map((id) => ({
        properties: { activity_id: { const: id }, type_uid: { const: 200400 + id } },
      })),
    },
  ],
};
