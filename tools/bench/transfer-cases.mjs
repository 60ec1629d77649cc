/** The cases of the benchmark: how many files of which size. */
export const cases = [
  { id: 'many', title: '200 files × 4 MiB', count: 200, sizeBytes: 4 << 20 },
  { id: 'one', title: '1 file of 1 GiB', count: 1, sizeBytes: 1 << 30 },
  { id: 'small', title: '5,000 files × 16 KiB', count: 5_000, sizeBytes: 16 << 10 },
];

export const fileName = (index) => `part-${String(index).padStart(12, '0')}.bin`;
