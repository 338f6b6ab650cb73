/** What the API answers in the place of a result: https://docs.aws.amazon.com/athena/latest/APIReference/CommonErrors.html */
export interface Refusal {
  /** `InvalidRequestException`, `TooManyRequestsException`, `AccessDeniedException`, … */
  name: string;
  message: string;
  /** 400 when left out. */
  status?: number;
  /** Further fields of the answer: `Reason`, `AthenaErrorCode`. */
  more?: Record<string, string>;
}

export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

export const throttled: Refusal = {
  name: 'TooManyRequestsException',
  message: 'Rate exceeded',
  more: { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' },
};

export function invalid(message: string): Refused {
  return new Refused({
    name: 'InvalidRequestException',
    message,
    more: { AthenaErrorCode: 'INVALID_INPUT' },
  });
}

/** As AWS words it. @param action `athena:StartQueryExecution` */
export function deniedCall(action: string, resource: string): Refusal {
  return {
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::111111111111:user/ada is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  };
}
