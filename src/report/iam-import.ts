import type { IamSnapshot } from '../model/iam-export.js';
import type { RenderContext } from './context.js';
import { iso, jsonDocument, jsonLines } from './json-text.js';
import { accountInFull } from './names.js';
import { alias } from './session-json.js';
import { page, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

/** One export of IAM, and what became of it. */
export interface ImportedExport {
  file: string;
  snapshot: IamSnapshot;
  /** The same content was in the store already. */
  known: boolean;
  roles: number;
  /** Where its time is from: said, of the file, or as it was kept before. */
  time: 'given' | 'file' | 'known';
  /** What could not be kept. */
  problems: string[];
}

/** JSON: `rolecall/iam/v1`; ndjson: `rolecall/iam-export/v1`, one a line. */
export function renderIamImport(exports: readonly ImportedExport[], ctx: RenderContext): string {
  const all = exports.map((each) => exportJson(each, ctx));
  if (ctx.format === 'ndjson') return jsonLines(all);
  if (ctx.format === 'json') return jsonDocument({ schema: 'rolecall/iam/v1', exports: all });
  const style = styleOf(ctx);
  const { clean, clock, paint, glyph, width } = style;
  return page(
    exports.flatMap(({ file, snapshot, known, roles, time, problems }) => {
      const { accountId, takenAt, complete } = snapshot;
      const from = { given: 'as given', file: 'when the file was last changed', known: 'as kept before' };
      const line = (text: string) => hang('  ', text, width);
      return [
        `${paint.bold(clean(file))}${known ? ', in the store already' : ''}`,
        ...line(`${count(roles, 'role')} of account ${accountInFull(accountId, style)}`),
        ...line(`as of ${clock.moment(takenAt)}, ${from[time]}`),
        ...(complete ? [] : line('It is cut (IsTruncated): roles that are not in it may still be there.')),
        ...problems
          .slice(0, 10)
          .flatMap((each) => hang(`  ${glyph.dot} `, `not kept: ${clean(each)}`, width)),
        ...(problems.length > 10 ? line(`${number(problems.length - 10)} more that could not be kept`) : []),
      ];
    }),
  );
}

function exportJson(each: ImportedExport, ctx: RenderContext): Record<string, unknown> {
  const { file, snapshot, known, roles, time, problems } = each;
  const { accountId, takenAt, complete } = snapshot;
  return {
    schema: 'rolecall/iam-export/v1',
    file,
    accountId,
    account: alias(accountId, ctx.account),
    asOf: iso(takenAt),
    asOfFrom: time,
    known,
    complete,
    roles,
    problems,
  };
}
