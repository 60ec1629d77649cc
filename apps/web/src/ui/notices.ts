import { Injectable, signal } from '@angular/core';

const shownMs = 4_000;

/** Short notices such as “Copied”, shown at the foot of the page and read out. */
@Injectable({ providedIn: 'root' })
export class Notices {
  readonly text = signal('');
  private timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    clearTimeout(this.timer);
    this.text.set(text);
    this.timer = setTimeout(() => this.text.set(''), shownMs);
  }

  async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.say($localize`:@@notice.copied:Copied`);
    } catch {
      this.say(
        $localize`:@@notice.notCopied:The browser did not allow to copy; select the text and copy it.`,
      );
    }
  }
}
