/** US dollars for 10^12 bytes scanned, in most regions. https://aws.amazon.com/athena/pricing/ */
const dollarsPerTerabyte = 5;

/** A query counts for so many bytes at least. Same source. */
const leastBytes = 10_000_000;

/** What of a query is on the bill. */
export function billedBytes(scannedBytes: number): number {
  return Math.max(scannedBytes, leastBytes);
}

/**
 * What queries cost in US dollars, without what S3 and Glue ask for their requests. AWS does not say whether its
 * terabyte has 10^12 bytes or 2^40: the smaller one is taken, so that a bill is at most what is told here, and at least
 * nine tenths of it.
 */
export function costOf(scannedBytes: number, queries: number): number {
  return (Math.max(scannedBytes, queries * leastBytes) / 1e12) * dollarsPerTerabyte;
}
