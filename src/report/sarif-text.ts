import { bounded } from './finding-about.js';

/**
 * A plain text message: brackets make links and braces are filled in there, so both are escaped.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html#_Toc34317462
 */
export function sarifText(text: string): string {
  return bounded(text, 4000)
    .replace(/\\*[[\]]/g, (found) => `${found.slice(0, -1).repeat(2)}\\${found.at(-1)}`)
    .replace(/[{}]/g, '$&$&');
}
