type Fields = Readonly<Record<string, unknown>>;

/** AWS's own policy that allows everything, in any partition. */
const administratorAccess = /^arn:aws[a-z-]*:iam::aws:policy\/AdministratorAccess$/;
const managedByAws = /^arn:aws[a-z-]*:iam::aws:policy\//;

/**
 * Whether a managed policy that AWS itself keeps makes an administrator; null for a customer's own, which depends on
 * its document. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
 */
export function isAwsAdminPolicy(arn: string): boolean | null {
  if (administratorAccess.test(arn)) return true;
  return managedByAws.test(arn) ? false : null;
}

/**
 * Whether a permissions policy allows every action on every resource, without a condition. What it denies, what a
 * permissions boundary or the organization forbids is not looked at.
 * @param document JSON; null when no record shows it
 * @returns null when the document is not known
 */
export function isAdminDocument(document: string | null): boolean | null {
  if (document === null) return null;
  let policy: unknown;
  try {
    policy = JSON.parse(document);
  } catch {
    return null;
  }
  return list(fields(policy).Statement).some((entry) => {
    const { Effect, Action, Resource, Condition } = fields(entry);
    return (
      Effect === 'Allow' &&
      list(Action).some((action) => action === '*' || action === '*:*') &&
      list(Resource).includes('*') &&
      Object.keys(fields(Condition)).length === 0
    );
  });
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A list in a policy may be written as its only member. */
function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
