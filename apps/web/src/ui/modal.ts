import {
  ChangeDetectionStrategy,
  Component,
  effect,
  type ElementRef,
  input,
  model,
  viewChild,
} from '@angular/core';

/** A modal dialog of the browser’s own: it keeps the focus, ends with Esc, and gives the focus back. */
@Component({
  selector: 'outhaul-modal',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dialog
      #dialog
      [attr.aria-label]="label()"
      (close)="open.set(false)"
      (mousedown)="$event.target === dialog && open.set(false)"
    >
      <ng-content />
    </dialog>
  `,
  styles: `
    dialog {
      width: min(640px, calc(100vw - 32px));
      max-height: min(640px, calc(100dvh - 64px));
      box-sizing: border-box;
      padding: 0;
      border: var(--outhaul-line);
      border-radius: 20px;
      overflow: hidden;
      background: var(--mat-sys-surface-container-low);
      color: var(--mat-sys-on-surface);
      box-shadow: var(--mat-sys-level3);
    }
    dialog::backdrop {
      background: rgb(0 0 0 / 0.4);
    }
  `,
})
export class Modal {
  readonly open = model.required<boolean>();
  readonly label = input.required<string>();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    effect(() => {
      const dialog = this.dialog().nativeElement;
      if (this.open() && !dialog.open) dialog.showModal();
      else if (!this.open() && dialog.open) dialog.close();
    });
  }
}
