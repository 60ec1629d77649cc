import { App, TerraformStack } from 'cdktf';

/** The stack of one deployment; its constructs come with the deployment itself. */
const app = new App();
new TerraformStack(app, 'outhaul');
app.synth();
