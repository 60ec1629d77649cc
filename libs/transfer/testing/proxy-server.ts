import { createServer, request as send, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** An HTTP proxy on the loopback: tunnels for CONNECT, and passes on what is asked in absolute form. */
export class ProxyServer {
  /** Every target that was asked for, as `host:port`. */
  readonly targets: string[] = [];
  /** The most connections that there were to it at once. */
  mostConnections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    const connections = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      this.keep(socket);
      connections.add(socket.once('close', () => connections.delete(socket)));
      this.mostConnections = Math.max(this.mostConnections, connections.size);
    });
    server.on('connect', (request, client: Socket) => {
      const [host = '', port = ''] = (request.url ?? '').split(':');
      this.targets.push(request.url ?? '');
      const upstream = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      this.keep(upstream);
    });
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '');
      this.targets.push(url.host);
      const cut = (): void => void response.destroy();
      const upstream = send(url, { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.once('error', cut).pipe(response);
      });
      upstream.on('error', cut).end();
      response.once('close', () => upstream.destroy());
    });
  }

  static async start(): Promise<ProxyServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ProxyServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}
