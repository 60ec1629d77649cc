import { ProblemError, unwrap } from '@outhaul/api-client';
import { access, constants, statfs } from 'node:fs/promises';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { bytes, plain } from '../plain-text.js';
import { type Session } from '../session.js';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly fix?: string;
}

/** Checks what an export and its download need, from this machine to the service and back. */
export async function runDoctor(session: Session, version: string): Promise<void> {
  const { output } = session;
  const findings: Finding[] = [];
  const checks = session.direct
    ? [checkNode, checkFolder, checkCredential, checkCatalog, checkBucket]
    : [checkNode, checkFolder, checkService, checkCaller, checkCatalog];
  for (const check of checks) {
    const finding = await check(session, version);
    findings.push(finding);
    if (output.options.json) output.json(finding);
    else {
      output.line(`${finding.ok ? '✓' : '✗'} ${finding.check}: ${plain(finding.found)}`);
      if (finding.fix) output.line(`  ${plain(finding.fix)}`);
    }
    // What comes after an unreachable service would only say the same again.
    if (!finding.ok && (check === checkService || check === checkCredential)) break;
  }
  const bad = findings.filter(({ ok }) => !ok).length;
  if (bad > 0)
    throw new CommandFailure(
      exitCodes.failure,
      bad === 1 ? 'One check found a fault.' : `${bad} checks found faults.`,
    );
}

async function checkNode(_session: Session, version: string): Promise<Finding> {
  return { check: 'outhaul', ok: true, found: `${version} on Node ${process.versions.node}` };
}

async function checkFolder(): Promise<Finding> {
  const folder = process.cwd();
  try {
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    return { check: 'this folder', ok: true, found: `writable, ${bytes(bavail * bsize)} free` };
  } catch {
    return {
      check: 'this folder',
      ok: false,
      found: `${folder} is not writable`,
      fix: 'Name another folder when you download.',
    };
  }
}

async function checkService({ server, fetch }: Session): Promise<Finding> {
  const startedAt = performance.now();
  const answer = await fetch(`${server}/readyz`).catch((error: unknown) => error as Error);
  const took = Math.round(performance.now() - startedAt);
  if (answer instanceof CommandFailure)
    return { check: 'the service', ok: false, found: answer.message, fix: answer.fix };
  if (answer instanceof Error) return { check: 'the service', ok: false, found: answer.message };
  const check = 'the service';
  if (answer.ok) return { check, ok: true, found: `${server} is ready (${took} ms)` };
  return answer.status >= 500
    ? {
        check,
        ok: false,
        found: `${server} answers, but is not ready (${answer.status})`,
        fix: 'Its log says why: it cannot reach its bucket, most often.',
      }
    : {
        check,
        ok: false,
        found: `${server} answers, but not as Outhaul does (${answer.status})`,
        fix: 'Name the service: --server URL, OUTHAUL_SERVER, or outhaul config server URL',
      };
}

async function checkCaller({ client }: Session): Promise<Finding> {
  return tell('who you are', async () => {
    const { email, permissions } = await unwrap(client.GET('/api/v1/me'));
    return permissions.includes('exports.create')
      ? { ok: true, found: `${email}, may export` }
      : {
          ok: false,
          found: `${email} may not export`,
          fix: 'Ask an administrator for the role Outhaul Exporter.',
        };
  });
}

/** Direct mode: whose credentials they are. */
async function checkCredential({ client, credential }: Session): Promise<Finding> {
  return tell('who you are', async () => {
    const { email } = await unwrap(client.GET('/api/v1/me'));
    return { ok: true, found: `${email}, by ${(await credential())?.from}` };
  });
}

/** Direct mode: whether the bucket is there, and may be used as exports need it. */
async function checkBucket({ direct }: Session): Promise<Finding> {
  return tell('your bucket', async () => {
    const fault = await (await direct?.service())?.bucketFault();
    return fault
      ? { ok: false, found: fault.message, fix: fault.details.fix }
      : { ok: true, found: `gs://${direct?.bucket} may be written and read` };
  });
}

async function checkCatalog({ client }: Session): Promise<Finding> {
  return tell('the catalog', async () => {
    const { items } = await unwrap(client.GET('/api/v1/datasets', {}));
    return items.length > 0
      ? { ok: true, found: `${items.length} ${items.length === 1 ? 'dataset' : 'datasets'}` }
      : { ok: false, found: 'no dataset that you may see', fix: 'Name a project: --project ID' };
  });
}

const signInFix = 'Sign in: outhaul login';

async function tell(check: string, look: () => Promise<Omit<Finding, 'check'>>): Promise<Finding> {
  try {
    return { check, ...(await look()) };
  } catch (error) {
    const problem = error instanceof ProblemError ? error.problem : undefined;
    const fix = problem?.code === 'unauthenticated' ? signInFix : problem?.fix;
    return { check, ok: false, found: error instanceof Error ? error.message : String(error), fix };
  }
}
