import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { CommandPalette } from './command-palette';
import { HelpDialog } from './help-dialog';
import { Shortcuts } from './shortcuts';

/** The palette and the help; their code is loaded when they are first opened. */
@Component({
  selector: 'outhaul-overlays',
  imports: [CommandPalette, HelpDialog],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @defer (when shortcuts.paletteOpen()) {
      <outhaul-command-palette />
    }
    @defer (when shortcuts.helpOpen()) {
      <outhaul-help-dialog />
    }
  `,
})
export class Overlays {
  protected readonly shortcuts = inject(Shortcuts);
}
