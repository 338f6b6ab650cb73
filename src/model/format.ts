/** Formats of every answer: for people, as one JSON document, as one JSON object a line. */
export const formats = ['table', 'json', 'ndjson'] as const;

/** Formats that only some answers have: for a ticket, a browser, GitHub code scanning, Security Hub, a data lake. */
export const furtherFormats = ['markdown', 'html', 'sarif', 'asff', 'ocsf'] as const;

export type Format = (typeof formats)[number] | (typeof furtherFormats)[number];
