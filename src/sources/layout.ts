/** What the path of a delivered file says about it. */
export interface LayoutPlace {
  account: string | null;
  region: string | null;
  /** `YYYY-MM-DD`, UTC: the day of delivery. */
  day: string | null;
  /** `YYYYMMDDTHHmm` from the file's name: events up to about this minute. */
  minute: string | null;
}

const account = '(\\d{12})';
const folder = new RegExp(
  `(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?${account}/CloudTrail/([a-z]{2}[a-z0-9-]*-\\d[a-z0-9]*)(?:/(\\d{4})/(\\d{2})/(\\d{2}))?(?:/|$)`,
);
const name = new RegExp(
  `^${account}_CloudTrail_([a-z]{2}[a-z0-9-]*-\\d[a-z0-9]*)_(\\d{4})(\\d{2})(\\d{2})T(\\d{4})Z_[A-Za-z0-9]+\\.json(?:\\.gz)?$`,
);

const digest = new RegExp(
  `^${account}_CloudTrail-Digest_([a-z]{2}[a-z0-9-]*-\\d[a-z0-9]*)_(.+)_([a-z]{2}[a-z0-9-]*-\\d[a-z0-9]*)_(\\d{4})(\\d{2})(\\d{2})T(\\d{4})\\d{2}Z\\.json(?:\\.gz)?$`,
);

/**
 * Reads CloudTrail's own layout, whatever stands in front of `AWSLogs`; null when the path is not of it.
 * A file out of its folders is still known by its name.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 * @param path with `/` between its parts
 */
export function placeOf(path: string): LayoutPlace | null {
  const file = name.exec(path.slice(path.lastIndexOf('/') + 1));
  const dir = folder.exec(path);
  if (!file && !dir) return null;
  const days = file ?? dir;
  return {
    account: file?.[1] ?? dir?.[1] ?? null,
    region: file?.[2] ?? dir?.[2] ?? null,
    day: days?.[3] ? `${days[3]}-${days[4]}-${days[5]}` : null,
    minute: file ? `${file[3]}${file[4]}${file[5]}T${file[6]}` : null,
  };
}

/** What CloudTrail and its neighbours deliver beside logs: `CloudTrail-Digest`, `Config`, `vpcflowlogs`, …; null for logs. */
export function neighbourOf(path: string): string | null {
  const service = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?\d{12}\/([^/]+)(?:\/|$)/.exec(path)?.[1];
  if (service !== undefined && service !== 'CloudTrail') return service;
  const kind = /(?:^|[/_])(CloudTrail-(?:Digest|Insight|Aggregated))(?:$|[/_])/.exec(path)?.[1];
  return kind ?? null;
}

/** What the name of a digest says. */
export interface DigestPlace extends LayoutPlace {
  account: string;
  region: string;
  day: string;
  minute: string;
  trail: string;
  /** Region that the trail is at home in. */
  home: string;
}

/** The moment that a name tells, epoch seconds. */
export function timeOfName({ day, minute }: { day: string; minute: string }): number {
  return Date.parse(`${day}T${minute.slice(9, 11)}:${minute.slice(11)}Z`) / 1000;
}

/** The same of a digest: `<account>_CloudTrail-Digest_<region>_<trail>_<home region>_YYYYMMDDTHHmmssZ.json.gz`. */
export function digestPlaceOf(path: string): DigestPlace | null {
  const found = digest.exec(path.slice(path.lastIndexOf('/') + 1));
  if (found === null) return null;
  const [, account, region, trail, home, year, month, day, minute] = found;
  if (Number.isNaN(Date.parse(`${year}-${month}-${day}T${minute!.slice(0, 2)}:${minute!.slice(2)}Z`)))
    return null;
  return {
    account: account!,
    region: region!,
    trail: trail!,
    home: home!,
    day: `${year}-${month}-${day}`,
    minute: `${year}${month}${day}T${minute}`,
  };
}
