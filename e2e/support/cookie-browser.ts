/** What a page load came to. */
export interface Loaded {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly hops: readonly string[];
}

/** As much of a browser as signing in takes: cookies by host, redirects, forms, and the headers that browsers add. */
export class CookieBrowser {
  readonly cookies = new Map<string, string>();
  /** Every Set-Cookie that came. */
  readonly received: string[] = [];

  constructor(private readonly origin: string) {}

  /** Loads a page and follows its redirects. */
  async open(address: string, form?: Record<string, string>): Promise<Loaded> {
    let target = new URL(address, this.origin);
    const hops = [target.href];
    let init: RequestInit = form
      ? {
          method: 'POST',
          body: new URLSearchParams(form),
          headers: { Origin: target.origin, 'Sec-Fetch-Site': 'same-origin' },
        }
      : {};
    for (let hop = 0; hop < 12; hop += 1) {
      const answer = await this.send(target, init);
      const location = answer.headers.get('location');
      if (!location)
        return { url: target.href, status: answer.status, text: await answer.text(), hops };
      await answer.body?.cancel();
      target = new URL(location, target);
      hops.push(target.href);
      init = {};
    }
    throw new Error('too many redirects');
  }

  /** A call of the console's own scripts. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('Sec-Fetch-Site')) headers.set('Sec-Fetch-Site', 'same-origin');
    if (init.method && !headers.has('Origin')) headers.set('Origin', this.origin);
    return this.send(new URL(path, this.origin), { ...init, headers });
  }

  /** Signs in as a demo user, from the console's link to the page that it leads back to. */
  async signIn(email: string, returnTo = '/'): Promise<Loaded> {
    const chooser = await this.open(`/auth/sign-in?${new URLSearchParams({ returnTo })}`);
    return this.open(chooser.url, { email });
  }

  private async send(url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (cookie) headers.set('Cookie', cookie);
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) this.remember(line);
    return answer;
  }

  private remember(line: string): void {
    this.received.push(line);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const isGone = value === '' || /;\s*max-age=0(;|$)/i.test(line);
    if (isGone) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
