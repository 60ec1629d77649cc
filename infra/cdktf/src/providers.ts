import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { TerraformProvider, type TerraformStack } from 'cdktf';
import { type Construct } from 'constructs';
import { type StackConfig } from './config.js';

/** The release of Google's provider whose schema this was checked against. */
export const googleProviderVersion = '6.50.0';
export const timeProviderVersion = '0.13.1';

/** Terraform's providers: Google's, and the two that are made when something first needs them. */
export class Providers {
  private madeBeta?: TerraformProvider;
  private madeTime?: TerraformProvider;
  private readonly settings: Readonly<Record<string, unknown>>;

  constructor(
    private readonly stack: TerraformStack,
    config: StackConfig,
  ) {
    this.settings = {
      project: config.project,
      region: config.region,
      default_labels: { app: config.name, environment: config.environment },
      // A user's credentials name no project that pays for API calls; budgets are refused without one:
      // https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/billing_budget
      ...(config.budget ? { billing_project: config.project, user_project_override: true } : {}),
    };
    const google = new GoogleProvider(stack, 'google', {
      project: config.project,
      region: config.region,
      defaultLabels: { app: config.name, environment: config.environment },
      ...(config.budget ? { billingProject: config.project, userProjectOverride: true } : {}),
    });
    stack.addOverride('terraform.required_providers.google', {
      source: google.terraformProviderSource ?? 'hashicorp/google',
      version: googleProviderVersion,
    });
  }

  /** google-beta, for what the general provider does not know yet. */
  get beta(): TerraformProvider {
    return (this.madeBeta ??= new PlainProvider(
      this.stack,
      'google-beta',
      googleProviderVersion,
      this.settings,
    ));
  }

  get time(): TerraformProvider {
    return (this.madeTime ??= new PlainProvider(this.stack, 'time', timeProviderVersion, {}));
  }
}

/** A provider of HashiCorp's that no generated class describes. */
class PlainProvider extends TerraformProvider {
  private readonly settings: Readonly<Record<string, unknown>>;

  constructor(
    scope: Construct,
    name: string,
    providerVersion: string,
    settings: Readonly<Record<string, unknown>>,
  ) {
    super(scope, name, {
      terraformResourceType: name,
      terraformGeneratorMetadata: { providerName: name, providerVersion },
      terraformProviderSource: `hashicorp/${name}`,
    });
    this.settings = settings;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.settings };
  }
}
