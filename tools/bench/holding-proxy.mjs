import { Agent, createServer, request } from 'node:http';

/**
 * Stands between the service and the local cloud: counts what the service asks about each job, and as long as it `holds`
 * tells of every job that it still runs, so that exports last as long as a measurement needs.
 */
export class HoldingProxy {
  holds = true;
  /** Polls of jobs, as [job, milliseconds]. */
  polls = [];
  calls = 0;
  #server;

  static async start(target) {
    const proxy = new HoldingProxy();
    const agent = new Agent({ keepAlive: true });
    proxy.#server = createServer((incoming, outgoing) => {
      proxy.calls += 1;
      const job = /\/jobs\/([^/?]+)\?/.exec(incoming.url)?.[1];
      const isPoll = incoming.method === 'GET' && job !== undefined;
      if (isPoll) proxy.polls.push([job, performance.now()]);
      const isJob = isPoll || (incoming.method === 'POST' && /\/jobs(\?|$)/.test(incoming.url));
      const upstream = request(
        new URL(incoming.url, target),
        { method: incoming.method, headers: incoming.headers, agent },
        (reply) => {
          if (isJob && proxy.holds) return void proxy.#hold(reply, outgoing);
          outgoing.writeHead(reply.statusCode, reply.headers);
          reply.pipe(outgoing);
        },
      );
      upstream.on('error', () => outgoing.destroy());
      incoming.pipe(upstream);
    });
    await new Promise((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }

  /** The most polls that one job has had within any second. */
  mostPollsPerSecond() {
    let most = 0;
    const byJob = Map.groupBy(this.polls, ([job]) => job);
    for (const polls of byJob.values()) {
      const times = polls.map(([, at]) => at);
      times.forEach((at, index) => {
        let within = 1;
        // A timer may fire a little early; a poll each 950 ms is one per second.
        while (times[index + within] !== undefined && times[index + within] - at < 950) within += 1;
        most = Math.max(most, within);
      });
    }
    return most;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #hold(reply, outgoing) {
    const chunks = [];
    for await (const chunk of reply) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const held = JSON.parse(text);
    if (held.status?.state === 'DONE') held.status = { state: 'RUNNING' };
    if (held.statistics) delete held.statistics.endTime;
    const body = Buffer.from(JSON.stringify(held));
    const { 'content-length': _length, 'content-encoding': _coding, ...headers } = reply.headers;
    outgoing.writeHead(reply.statusCode, { ...headers, 'content-length': body.length });
    outgoing.end(body);
  }
}
