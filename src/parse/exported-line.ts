/** CloudWatch Logs writes the lines of an export to S3 so: the time, then the message. */
export const exportedLine = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z[ \t]+$/;

/** Looking for that time ends after so many bytes. */
export const longestPrefix = 40;
