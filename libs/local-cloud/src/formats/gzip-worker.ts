/**
 * The program of a thread that compresses files, as text: a bundle has no file of its own for it. A file is deflated in
 * blocks, each in one call that needs no other thread, and written on the way to the disk in portions, so that nobody
 * else's flush has to wait for all of it. One gzip member comes of them.
 */
export const gzipWorkerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const fs = require('node:fs');
const os = require('node:os');
const zlib = require('node:zlib');

// Linux has a priority for each thread; elsewhere this would be the whole process's.
if (process.platform === 'linux') {
  try {
    os.setPriority(0, workerData.niceness);
  } catch {}
}
const block = Buffer.allocUnsafe(workerData.blockBytes);
const { Z_FINISH, Z_SYNC_FLUSH } = zlib.constants;

function compress({ source, target }) {
  const from = fs.openSync(source, 'r');
  const to = fs.openSync(target, 'w');
  try {
    let left = fs.fstatSync(from).size;
    const size = left;
    let crc = 0;
    let unflushed = 0;
    fs.writeSync(to, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3]));
    do {
      const plain = block.subarray(0, fs.readSync(from, block, 0, block.length, null));
      left = plain.length === 0 ? 0 : left - plain.length;
      crc = zlib.crc32(plain, crc);
      const packed = zlib.deflateRawSync(plain, {
        level: 1,
        // Rows resemble their neighbours: a near window is searched faster, and its distances are shorter to write.
        windowBits: 12,
        memLevel: 9,
        chunkSize: block.length,
        finishFlush: left > 0 ? Z_SYNC_FLUSH : Z_FINISH,
      });
      for (let at = 0; at < packed.length; ) at += fs.writeSync(to, packed, at);
      unflushed += packed.length;
      if (unflushed >= workerData.flushBytes) {
        fs.fdatasyncSync(to);
        unflushed = 0;
      }
    } while (left > 0);
    const end = Buffer.alloc(8);
    end.writeUInt32LE(crc, 0);
    end.writeUInt32LE(size % 4294967296, 4);
    fs.writeSync(to, end);
  } finally {
    fs.closeSync(from);
    fs.closeSync(to);
  }
}

parentPort.on('message', (job) => {
  try {
    compress(job);
    parentPort.postMessage({});
  } catch (error) {
    parentPort.postMessage({ code: error.code, message: error.message });
  }
});
`;
