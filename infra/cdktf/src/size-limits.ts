/** What Cloud Run takes: https://cloud.google.com/run/docs/configuring/services/memory-limits and …/cpu */
const memoryMib: Readonly<Record<string, { readonly least: number; readonly most: number }>> = {
  // The second generation of execution environments needs 512 MiB.
  '1': { least: 512, most: 4_096 },
  '2': { least: 512, most: 8_192 },
  '4': { least: 2_048, most: 16_384 },
  '8': { least: 4_096, most: 32_768 },
};

export const mibOf = (size: string): number => parseInt(size) * (size.endsWith('Gi') ? 1_024 : 1);

/** Why Cloud Run would refuse this much memory beside this many processors; undefined = it would not. */
export function memoryFault(cpu: string, memory: string): string | undefined {
  const { least, most } = memoryMib[cpu] ?? { least: 0, most: Infinity };
  const mib = mibOf(memory);
  if (mib < least) return `is too little for cpu ${cpu}; write at least ${written(least)}`;
  if (mib > most) return `is too much for cpu ${cpu}; write at most ${written(most)}`;
  return undefined;
}

const written = (mib: number): string => (mib % 1_024 === 0 ? `${mib / 1_024}Gi` : `${mib}Mi`);
