// Compares what CDK makes of the template with what SAM makes of it, in each of the stacks given as files. Both are
// CloudFormation without transforms. They have to be the same but for what CDK adds, and for where the uploaded files
// are, which have to be those given as RESOURCE=PATH.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { asDeployed } from './stack.mjs';

const { values: cdk, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { template: { type: 'string' }, assets: { type: 'string' }, upload: { type: 'string', multiple: true } },
});
const read = file => JSON.parse(readFileSync(file));
const fileOf = { 'AWS::Lambda::Function': 'Code', 'AWS::StepFunctions::StateMachine': 'DefinitionS3Location' };

/** Takes the places of files away from a stack, and returns them by resource. */
function takeFiles({ Resources }) {
  return Object.fromEntries(Object.entries(Resources).filter(([, { Type }]) => Type in fileOf).map(([name, { Type, Properties }]) => {
    const { S3Key, Key = S3Key } = Properties[fileOf[Type]];
    delete Properties[fileOf[Type]];
    return [name, Key];
  }));
}

const uploads = Object.fromEntries(cdk.upload.map(upload => upload.split('=')));
for (const file of files) {
  const ours = read(file);
  const template = read(cdk.template);
  for (const [name, { Default }] of Object.entries(ours.Parameters)) {
    if (name in template.Parameters) template.Parameters[name].Default = Default;
  }
  const expected = asDeployed(ours);
  const actual = asDeployed(template);
  delete actual.Rules.CheckBootstrapVersion;

  takeFiles(expected);
  const keys = takeFiles(actual);
  for (const [name, key] of Object.entries(keys)) {
    assert.ok(name in uploads, `--upload ${name} says which file it has`);
    assert.ok(readFileSync(join(cdk.assets, `asset.${key}`)).equals(readFileSync(uploads[name])), `the file of ${name}`);
  }
  assert.deepEqual(actual, expected);
  console.log(`CDK makes the same ${Object.keys(actual.Resources).length} resources of ${basename(file, '.json')}`);
}
