import { type ExportRequest } from '@outhaul/api-client';

const key = 'outhaul-draft';

/** Keeps what is being composed for this tab: it outlives a sign-in, a reload and a look elsewhere. */
export function keepDraft(request: ExportRequest): void {
  sessionStorage.setItem(key, JSON.stringify(request));
}

export function keptDraft(): ExportRequest | undefined {
  return read(sessionStorage.getItem(key));
}

export function forgetDraft(): void {
  sessionStorage.removeItem(key);
}

/** A request as part of an address, and back; undefined for what is none. */
export const encodeDraft = (request: ExportRequest): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(request))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

export function decodeDraft(text: string): ExportRequest | undefined {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return read(
      new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0))),
    );
  } catch {
    return undefined;
  }
}

function read(text: string | null): ExportRequest | undefined {
  if (text === null) return undefined;
  try {
    const parsed = JSON.parse(text) as Partial<ExportRequest> | null;
    return typeof parsed?.source === 'object' && typeof parsed.format === 'string'
      ? (parsed as ExportRequest)
      : undefined;
  } catch {
    return undefined;
  }
}
