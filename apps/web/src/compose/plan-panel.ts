import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatProgressBar } from '@angular/material/progress-bar';
import { FaultNotice } from '../api/fault-notice';
import { showBytes, showCount, showMoney } from '../format/figures';
import { Icon } from '../ui/icon';
import { exampleName } from './formats';
import { type PlanState } from './live-plan';

/** What the export would do, write and cost; what stands against it; and the button that starts it. */
@Component({
  selector: 'outhaul-plan-panel',
  imports: [FaultNotice, Icon, MatButton, MatProgressBar],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './plan-panel.html',
  styleUrl: './plan-panel.scss',
})
export class PlanPanel {
  readonly state = input.required<PlanState>();
  readonly canStart = input.required<boolean>();
  readonly starting = input.required<boolean>();
  readonly hasNoColumn = input.required<boolean>();
  readonly start = output();
  protected readonly plan = computed(() => this.state().plan);
  protected readonly example = computed(() => {
    const plan = this.plan();
    return plan ? exampleName(plan) : '';
  });
  protected readonly fileCount = computed(() => {
    const { atLeast = 0, atMost } = this.plan()?.files.expected ?? {};
    const least = showCount(atLeast);
    if (atMost === undefined)
      return $localize`:@@plan.filesAtLeast:${least}:least: or more, as BigQuery decides`;
    if (atMost === 1) return $localize`:@@plan.oneFile:one file`;
    return atMost === atLeast
      ? $localize`:@@plan.filesExactly:${least}:count: files`
      : $localize`:@@plan.filesBetween:${least}:least: to ${showCount(atMost)}:most: files`;
  });
  protected readonly announcement = computed(() => {
    const { plan, isLoading } = this.state();
    if (!plan || isLoading) return '';
    return plan.cost.free
      ? $localize`:@@plan.announceFree:The plan is ready: free.`
      : $localize`:@@plan.announce:The plan is ready: ${showMoney(plan.cost.amount, plan.cost.currency)}:cost:.`;
  });
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showMoney = showMoney;
}
