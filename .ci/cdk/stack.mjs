// What CloudFormation would make of a template without transforms, as far as its parameters' defaults decide it.

/** Resources, outputs and rules with every parameter, condition, mapping and function of known texts put in. */
export function asDeployed(template) {
  const values = new Map(Object.entries(template.Parameters ?? {}).map(([name, { Default }]) => [name, Default]));
  const missing = [...values].filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length > 0) throw new Error(`parameters without a value: ${missing.join(', ')}`);

  function holds(condition) {
    if (typeof condition === 'string') return holds(template.Conditions[condition]);
    const [[name, operands]] = Object.entries(condition);
    switch (name) {
      case 'Condition':
        return holds(operands);
      case 'Fn::Equals':
        return String(put(operands[0])) === String(put(operands[1]));
      case 'Fn::Not':
        return !holds(operands[0]);
      case 'Fn::And':
        return operands.every(holds);
      case 'Fn::Or':
        return operands.some(holds);
      default:
        throw new Error(`the condition ${name} is not known here`);
    }
  }

  /** The value, or undefined where AWS::NoValue leaves it out. */
  function put(value) {
    if (Array.isArray(value)) return value.map(put).filter(each => each !== undefined);
    if (value === null || typeof value !== 'object') return value;
    if ('Ref' in value) return value.Ref === 'AWS::NoValue' ? undefined : (values.get(value.Ref) ?? value);
    if ('Fn::If' in value) {
      const [condition, yes, no] = value['Fn::If'];
      return put(holds(condition) ? yes : no);
    }
    const members = Object.entries(value).map(([name, member]) => [name, put(member)]);
    return text(Object.fromEntries(members.filter(([, member]) => member !== undefined)));
  }

  /** A function of texts that are known is a text, and a mapping has the values of its names. */
  function text(value) {
    const [[name, operand] = []] = Object.entries(value);
    switch (name) {
      case 'Fn::GetAtt':
        return { [name]: typeof operand === 'string' ? operand.split(/\.(.*)/, 2) : operand };
      case 'Fn::FindInMap':
        return template.Mappings[operand[0]][operand[1]][operand[2]];
      case 'Fn::Split':
        return typeof operand[1] === 'string' ? operand[1].split(operand[0]) : value;
      case 'Fn::Select':
        return typeof operand[1]?.[operand[0]] === 'string' ? operand[1][operand[0]] : value;
      case 'Fn::Join':
        return operand[1].every?.(part => typeof part === 'string') ? operand[1].join(operand[0]) : value;
      case 'Fn::Sub': {
        const [pattern, names] = [operand].flat();
        const known = { ...Object.fromEntries(values), ...names };
        const filled = pattern.replace(/\$\{([^!}]+)}/g, (whole, each) => {
          const { Ref, 'Fn::GetAtt': attribute = [Ref] } = Object(known[each]);
          return known[each] === undefined ? whole
            : typeof known[each] !== 'object' ? known[each]
            : attribute[0] === undefined ? whole : `\${${attribute.join('.')}}`;
        });
        if (!filled.includes('${')) return filled;
        const left = Object.entries(names ?? {}).filter(([each]) => filled.includes(`\${${each}}`));
        return { [name]: left.length === 0 ? filled : [filled, Object.fromEntries(left)] };
      }
      default:
        return value;
    }
  }

  const present = section =>
    Object.entries(section ?? {}).filter(([, { Condition }]) => Condition === undefined || holds(Condition));
  const resources = Object.fromEntries(present(template.Resources).map(([name, resource]) => [name, {
    ...put({ ...resource, Condition: undefined, Metadata: undefined }),
    ...(resource.DependsOn && { DependsOn: [resource.DependsOn].flat() }),
  }]));
  for (const resource of Object.values(resources)) {
    if (resource.DependsOn) resource.DependsOn = resource.DependsOn.filter(name => name in resources);
  }
  const outputs = Object.fromEntries(present(template.Outputs).map(([name, { Value }]) => [name, put(Value)]));
  return { Resources: resources, Outputs: outputs, Rules: put(template.Rules) };
}
