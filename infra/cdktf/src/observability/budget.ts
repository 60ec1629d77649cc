import { BillingBudget } from '@cdktf/provider-google/lib/billing-budget';
import { Construct } from 'constructs';
import { type StackConfig } from '../config.js';
import { type Deployment } from '../deployment.js';

/** Tells the same people when the project's bill comes near to what was meant to be spent. */
export class Budget extends Construct {
  constructor(
    scope: Construct,
    deployment: Deployment,
    budget: NonNullable<StackConfig['budget']>,
    channels: readonly string[],
  ) {
    super(scope, 'budget');
    new BillingBudget(this, 'monthly', {
      billingAccount: budget.billingAccount,
      displayName: `${deployment.config.name} (${deployment.config.environment})`,
      budgetFilter: { projects: [`projects/${deployment.project.number}`] },
      amount: {
        specifiedAmount: {
          currencyCode: budget.currency,
          units: String(budget.monthlyAmount),
        },
      },
      thresholdRules: [
        { thresholdPercent: 0.5 },
        { thresholdPercent: 0.9 },
        { thresholdPercent: 1 },
        { thresholdPercent: 1.2, spendBasis: 'FORECASTED_SPEND' },
      ],
      allUpdatesRule: {
        monitoringNotificationChannels: [...channels].slice(0, 5),
        disableDefaultIamRecipients: false,
      },
    });
  }
}
