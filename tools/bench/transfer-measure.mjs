import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

const sampleEveryMs = 20;

/**
 * Runs a program to its end: wall seconds, CPU seconds of it and all its children (the shell's own account of them), and
 * the peak of resident memory of the whole tree in MiB, NaN where there is no /proc. `flush` names a folder that is made
 * safe on its disk before the clock stops.
 */
export async function measure({ program, args, env = {}, flush = '' }) {
  const startedAt = performance.now();
  const script = '"$@"; s=$?; [ -z "$FLUSH" ] || sync -f "$FLUSH"; times >&3; exit $s';
  const child = spawn('sh', ['-c', script, 'sh', program, ...args], {
    env: { ...process.env, ...env, FLUSH: flush },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let times = '';
  child.stderr.on('data', (text) => (said += text));
  child.stdio[3].on('data', (text) => (times += text));
  const peaks = new Map();
  const sampler = setInterval(() => samplePeaks(child.pid, peaks), sampleEveryMs);
  const [code, seconds] = await new Promise((resolve) => {
    let endedAt;
    child.once('exit', () => (endedAt = performance.now()));
    child.once('close', (status) => resolve([status, (endedAt - startedAt) / 1_000]));
  });
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${said}`);
  const total = [...peaks.values()].reduce((sum, kib) => sum + kib, 0);
  return { seconds, cpu: childCpu(times), peakMiB: peaks.size > 0 ? total / 1_024 : NaN };
}

/** `0m0.01s 0m0.00s` twice: the shell, then its children. */
function childCpu(times) {
  const [, children = ''] = times.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

/** The kernel keeps each process's high-water mark, so a sample now and then is enough. */
function samplePeaks(shell, peaks) {
  const waiting = [shell];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    try {
      for (const task of readdirSync(`/proc/${pid}/task`))
        waiting.push(
          ...readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
        );
      if (pid === shell) continue;
      const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      if (kib) peaks.set(pid, Math.max(Number(kib), peaks.get(pid) ?? 0));
    } catch {
      // It has ended meanwhile.
    }
  }
}
