/** Follows redirects with a cookie jar, as a browser would; stops at addresses outside `origin`. */
export class TinyBrowser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  constructor(private readonly origin: string) {}

  async open(
    url: string,
    form?: Record<string, string>,
  ): Promise<{ url: string; status: number; text: string }> {
    let target = new URL(url, this.origin);
    let init: RequestInit | undefined = form && {
      method: 'POST',
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
    for (let hop = 0; hop < 10; hop++) {
      const cookie = [...this.#cookies]
        .filter(([, { path }]) => target.pathname.startsWith(path))
        .map(([name, { value }]) => `${name}=${value}`)
        .join('; ');
      const response = await fetch(target, {
        ...init,
        redirect: 'manual',
        headers: { ...(init?.headers as Record<string, string>), cookie },
      });
      for (const line of response.headers.getSetCookie()) this.#remember(line);
      const location = response.headers.get('location');
      if (!location)
        return { url: target.href, status: response.status, text: await response.text() };
      await response.body?.cancel();
      target = new URL(location, target);
      init = undefined;
      if (target.origin !== this.origin) return { url: target.href, status: 302, text: '' };
    }
    throw new Error('too many redirects');
  }

  #remember(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/';
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }
}
