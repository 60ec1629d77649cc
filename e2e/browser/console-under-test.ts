import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type DemoUser, Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';
import { CuttableProxy } from './cuttable-proxy.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Refusals of the service are answers that the console shows; the browser logs each as an error of loading. */
const refusal = /^Failed to load resource: the server responded with a status of 4\d\d/;
const brokenOnPurpose =
  /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_|EMPTY_RESPONSE|INCOMPLETE|NETWORK_CHANGED|SOCKET)/;

/** What does not come within this time is taken as not coming. */
const timeoutMs = 15_000;

export const shotsFolder = join(__dirname, '../../tmp/screenshots');
export const executablePath = (): string => {
  const path = process.env['OUTHAUL_BROWSER'];
  if (!path) throw new Error('OUTHAUL_BROWSER names no browser; `npm test` finds one.');
  return path;
};

/** One browser over one system with genuine sign-ins; each person has a context of their own. */
export class ConsoleUnderTest {
  /** What no journey may meet: script errors, errors in the console, requests to other places. */
  readonly faults: string[] = [];
  private readonly states = new Map<
    DemoUser,
    Awaited<ReturnType<BrowserContext['storageState']>>
  >();

  private constructor(
    readonly system: WholeSystem,
    readonly browser: Browser,
    readonly proxy: CuttableProxy,
    readonly folder: string,
  ) {}

  static async start(): Promise<ConsoleUnderTest> {
    mkdirSync(shotsFolder, { recursive: true });
    const system = await WholeSystem.startEnforced();
    const proxy = await CuttableProxy.before(system.url);
    const browser = await chromium.launch({
      executablePath: executablePath(),
      headless: true,
      args: flags,
    });
    const folder = mkdtempSync(join(tmpdir(), 'outhaul-browser-'));
    return new ConsoleUnderTest(system, browser, proxy, folder);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.proxy.close();
    await this.system.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get url(): string {
    return this.proxy.url;
  }

  /** A page of somebody who has signed in, by the sign-in pages themselves the first time. */
  async pageOf(user: DemoUser, size = { width: 1280, height: 800 }): Promise<Page> {
    const state = this.states.get(user);
    const page = await this.newPage({ storageState: state, viewport: size });
    if (!state) {
      await page.goto(`${this.url}/auth/sign-in?returnTo=/catalog`);
      await this.chooseUser(page, user);
      this.states.set(user, await page.context().storageState());
    }
    return page;
  }

  async newPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(timeoutMs);
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !refusal.test(text) && !brokenOnPurpose.test(text))
        this.faults.push(`${page.url()}: ${text}`);
    });
    page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${error.message}`));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (![this.url, this.system.cloudUrl].includes(origin) && protocol !== 'data:')
        this.faults.push(`asked ${origin}`);
    });
    return page;
  }

  /** On the issuer’s page. */
  async chooseUser(page: Page, user: DemoUser): Promise<void> {
    await page.getByRole('button', { name: `${user}@outhaul.test` }).click();
    await page.waitForURL((url) => url.origin === this.url);
  }

  person(user: DemoUser): Promise<Person> {
    return Person.signIn(this.system, user);
  }

  /** Arms a fault of the local cloud. */
  async arm(fault: object): Promise<void> {
    const answer = await fetch(`${this.system.cloudUrl}/_local/faults`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fault),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async disarm(): Promise<void> {
    await fetch(`${this.system.cloudUrl}/_local/faults`, { method: 'DELETE' });
  }
}
