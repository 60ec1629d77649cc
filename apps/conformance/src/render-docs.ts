import { type Area } from './probe.js';
import { type Rule } from './rule.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

/** The parts of docs/conformance.md that are made of the probes and the rules. */
export const renderedParts = (areas: readonly Area[], rules: readonly Rule[]) => ({
  probes: renderProbes(areas),
  unknown: renderUnknown(areas),
  rules: renderRules(rules),
});

/** The text with each part between `<!-- name -->` and `<!-- /name -->`. */
export const fillParts = (text: string, parts: Readonly<Record<string, string>>): string =>
  Object.entries(parts).reduce(
    (rest, [name, part]) =>
      rest.replace(
        new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- /${name} -->)`),
        (_all, before: string, after: string) => `${before}\n${part}\n${after}`,
      ),
    text,
  );

const needsOf = (needs: readonly string[] = []): string =>
  needs.map((need) => ` Needs \`--${need}\`.`).join('');

function renderProbes(areas: readonly Area[]): string {
  return areas
    .filter(({ name }) => name !== 'contract')
    .map(({ title, probes }) =>
      [
        `### ${title}\n`,
        row('probe', 'question', 'expected'),
        row('---', '---', '---'),
        ...probes.map(({ id, question, expected, source, needs }) =>
          row(
            `\`${id}\``,
            `${question}${source ? ` ([Google](${source}))` : ''}${needsOf(needs)}`,
            expected.map((each) => `\`${each}\``).join(' or '),
          ),
        ),
      ].join('\n'),
    )
    .join('\n\n');
}

const renderUnknown = (areas: readonly Area[]): string =>
  areas
    .flatMap(({ probes }) => probes)
    .filter(({ expected, source }) => expected.length > 1 || source === undefined)
    .filter(({ id }) => !id.startsWith('contract.'))
    .map(({ id, question, why }) => `- \`${id}\`: ${question} ${why}`)
    .join('\n');

const renderRules = (rules: readonly Rule[]): string =>
  [
    row('rule of Google’s', 'so Outhaul', 'test', 'probe'),
    row('---', '---', '---', '---'),
    ...rules.map(({ rule, so, tests, probes }) =>
      row(
        rule,
        so,
        tests.map(({ file, title }) => `\`${file}\`: ${title}`).join('<br>') ||
          'none: nothing rests on it here',
        probes.map((id) => `\`${id}\``).join(', ') || 'cannot be asked with a project and a bucket',
      ),
    ),
  ].join('\n');
