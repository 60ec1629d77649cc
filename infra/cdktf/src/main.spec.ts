import { Testing, TerraformStack } from 'cdktf';

it('synthesizes a stack', () => {
  const stack = new TerraformStack(Testing.app(), 'outhaul');
  expect(JSON.parse(Testing.synth(stack))).toEqual({});
});
