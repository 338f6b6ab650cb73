import type { DetectorFacts } from '../model/detector.js';
import { atLeast, type Severity } from '../model/finding.js';
import { scores } from './finding-about.js';
import { markdownText } from './markdown.js';
import { sarifText } from './sarif-text.js';

/** A detector as a rule; one of which no facts are known is its id. */
export function sarifRule(id: string, facts: DetectorFacts | undefined) {
  if (facts === undefined) return { id };
  return {
    id,
    shortDescription: { text: sarifText(`${capital(facts.summary)}.`) },
    fullDescription: { text: sarifText(`Fires when ${facts.summary}.`) },
    help: { text: helpText(facts), markdown: helpMarkdown(facts) },
    defaultConfiguration: { level: sarifLevel(facts.severity) },
    properties: {
      // GitHub reads a severity of rules that are about security, and takes 20 tags of each.
      tags: ['security', ...Object.keys(facts.attack)].slice(0, 20),
      'security-severity': (scores[facts.severity] / 10).toFixed(1),
    },
  };
}

/** SARIF has three levels for our five. */
export function sarifLevel(severity: Severity): 'error' | 'warning' | 'note' {
  if (atLeast(severity, 'high')) return 'error';
  return severity === 'medium' ? 'warning' : 'note';
}

function parts(facts: DetectorFacts): [title: string, items: readonly string[]][] {
  const all: [string, readonly string[]][] = [
    ['What to do', facts.triage],
    ['Cannot see', facts.cannotSee],
    ['Harmless when', facts.falsePositives],
    ['ATT&CK', Object.entries(facts.attack).map(([id, name]) => `${id} ${name}`)],
  ];
  return all.filter(([, items]) => items.length > 0);
}

function helpText(facts: DetectorFacts): string {
  return parts(facts)
    .map(([title, items]) => [`${title}:`, ...items.map((item) => `- ${sarifText(item)}`)].join('\n'))
    .join('\n\n');
}

function helpMarkdown(facts: DetectorFacts): string {
  return parts(facts)
    .map(([title, items]) =>
      [`**${title}**`, '', ...items.map((item) => `- ${markdownText(item)}`)].join('\n'),
    )
    .join('\n\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
