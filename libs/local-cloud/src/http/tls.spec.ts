import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { call, startTestCloud, type TestCloud } from '../testing/with-cloud.js';
import { makeCertificate } from './self-signed-certificate.js';

describe('TLS and plain HTTP on one port', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.dispose());

  const secureGet = async (host: string): Promise<{ status: number | undefined; body: string }> => {
    const ca = await readFile(join(cloud.dataDir, 'tls', 'certificate.pem'));
    return new Promise((resolve, reject) => {
      request(
        { host, port: cloud.port, path: '/storage/v1/b/outhaul-local-files', ca, agent: false },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode, body }));
        },
      )
        .on('error', reject)
        .end();
    });
  };

  it('answers verified TLS by both names', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const { status, body } = await secureGet(host);
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject({
        selfLink: `https://${host}:${cloud.port}/storage/v1/b/outhaul-local-files`,
      });
    }
    expect((await call(cloud, 'GET', '/storage/v1/b/outhaul-local-files')).status).toBe(200);
  });

  it('survives connections that say nothing, half a byte of TLS, or rubbish', async () => {
    const sockets = ['', '\x16', '\x16\x03\x01\xff\xff', '\0\0\0\r\n\r\n', 'GET'].map((text) => {
      const socket = connect(cloud.port, '127.0.0.1');
      socket.on('error', () => undefined);
      if (text !== '') socket.write(Buffer.from(text, 'latin1'));
      return socket;
    });
    expect((await secureGet('localhost')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it('keeps its certificate over a restart', async () => {
    const path = join(cloud.dataDir, 'tls', 'certificate.pem');
    const before = await readFile(path, 'utf8');
    cloud = await cloud.restart();
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('makes a certificate that signs itself, for loopback only', () => {
    const certificate = new X509Certificate(makeCertificate(Date.UTC(2030, 0, 1)).cert);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(certificate.validFrom).toBe('Dec 31 00:00:00 2029 GMT');
    expect(certificate.ca).toBe(true);
  });
});
