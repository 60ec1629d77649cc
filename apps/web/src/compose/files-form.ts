import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatCheckbox } from '@angular/material/checkbox';
import { type ExportRequest, type Plan } from '@outhaul/api-client';
import { compressionsOf, exampleName, type Format, formatNames } from './formats';

/** Format, names, place, checks and life of the files. */
@Component({
  selector: 'outhaul-files-form',
  imports: [MatCheckbox, MatFormField, MatHint, MatInput, MatLabel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './files-form.html',
  styleUrls: ['./form-section.scss', './rows-form.scss'],
})
export class FilesForm {
  readonly draft = input.required<ExportRequest>();
  readonly plan = input<Plan>();
  /** Whether the source has partitions, which can have folders of their own. */
  readonly isPartitioned = input(false);
  readonly draftChange = output<Partial<ExportRequest>>();
  protected readonly formats = formatNames();
  protected readonly compressions = computed(() => compressionsOf(this.draft().format));
  protected readonly example = computed(() => {
    const plan = this.plan();
    return plan ? exampleName(plan) : '';
  });

  protected setFormat(format: Format): void {
    const { compression, csv } = this.draft();
    this.draftChange.emit({
      format,
      compression:
        compression && compressionsOf(format).includes(compression) ? compression : undefined,
      csv: format === 'csv' ? csv : undefined,
    });
  }

  protected setCompression(text: string): void {
    this.draftChange.emit({ compression: (text || undefined) as ExportRequest['compression'] });
  }

  protected setSingle(isSingle: boolean): void {
    this.draftChange.emit({ shape: isSingle ? 'single' : undefined });
  }

  protected setCsv(patch: NonNullable<ExportRequest['csv']>): void {
    const csv = { ...this.draft().csv, ...patch };
    const isDefault = (csv.delimiter ?? ',') === ',' && csv.header !== false && !csv.escapeFormulas;
    this.draftChange.emit({ csv: isDefault ? undefined : csv });
  }

  protected setText(name: 'fileName' | 'label' | 'bucket' | 'billingProject', text: string): void {
    this.draftChange.emit({ [name]: text.trim() || undefined });
  }

  protected setNumber(name: 'retentionDays' | 'maxCost', text: string): void {
    const number = Number(text);
    this.draftChange.emit({ [name]: text.trim() && number >= 0 ? number : undefined });
  }

  protected setFolders(areWanted: boolean): void {
    this.draftChange.emit({ partitionPrefix: areWanted || undefined });
  }

  protected setVerify(isFingerprint: boolean): void {
    this.draftChange.emit({ verify: isFingerprint ? 'fingerprint' : undefined });
  }
}
