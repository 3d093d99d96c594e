// Asks cdk-nag about stacks: files of CloudFormation without transforms, whose parameters have values. Fails for every
// finding that accepted.json does not name, for every rule that gives up, and for every entry that nothing needs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { asDeployed } from './stack.mjs';

const files = process.argv.slice(2);
const accepted = JSON.parse(readFileSync(new URL('accepted.json', import.meta.url)));

/** What cdk-nag says of the stack in a file, one for each rule and resource. */
function findings(file) {
  const { Resources } = asDeployed(JSON.parse(readFileSync(file)));
  const work = mkdtempSync(join(tmpdir(), 'nag-'));
  try {
    const templateFile = join(work, 'template.json');
    writeFileSync(templateFile, JSON.stringify({ Resources }));
    const stack = new Stack(new App(), 'stack');
    new CfnInclude(stack, 'template', { templateFile });
    return [AwsSolutionsChecks, ServerlessChecks].flatMap(Pack =>
      new Pack(stack, { verbose: true }).validateScope(stack).violations.flatMap(({ ruleName, description, violatingResources }) =>
        violatingResources.map(({ constructPath }) => ({
          rule: ruleName,
          resource: basename(constructPath),
          description,
          file: basename(file),
        }))));
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** A star at the end stands for every end. */
const matches = (pattern, text) =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;

const found = files.flatMap(findings);
const gaveUp = found.filter(({ description }) => description.startsWith('Rule threw an error'));
const entries = accepted.flatMap(({ rules, resources }) =>
  rules.flatMap(rule => resources.map(resource => ({ rule, resource }))));
const isFor = finding => entry => matches(entry.rule, finding.rule) && matches(entry.resource, finding.resource);
const open = found.filter(finding => !gaveUp.includes(finding) && !entries.some(isFor(finding)));
const idle = entries.filter(entry => !found.some(finding => isFor(finding)(entry)));

for (const { rule, resource, description, file } of gaveUp) {
  console.error(`${file}: ${rule} could not judge ${resource}: ${description}`);
}
for (const { rule, resource, description, file } of open) {
  console.error(`${file}: ${description}\n  ${JSON.stringify({ rules: [rule], resources: [resource], reason: '' })}`);
}
for (const { rule, resource } of idle) {
  console.error(`accepted.json: nothing needs ${rule} for ${resource} any more`);
}
const versionOf = name => createRequire(import.meta.url)(`${name}/package.json`).version;
const stacks = files.map(file => basename(file, '.json')).join(', ');
console.log(`cdk-nag ${versionOf('cdk-nag')} (AwsSolutions, Serverless) on aws-cdk-lib ${versionOf('aws-cdk-lib')}: ${
  found.length - open.length - gaveUp.length} findings in ${stacks} are accepted with ${accepted.length} reasons, ${
  open.length} are not, ${gaveUp.length} rules gave up, ${idle.length} reasons are idle`);
process.exitCode = gaveUp.length + open.length + idle.length > 0 ? 1 : 0;
