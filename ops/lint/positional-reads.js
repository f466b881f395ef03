// Lint rule: tuples with three places or more are what frames look like on the wire. Inside, values have names, so reading
// such a tuple by position (`summary[15]`, `[, , , , by]`) is an error outside the few files that turn one into the other.
// Taking every place apart by name is giving names, and place 0 is the kind of frame.
// @ts-check
import ts from 'typescript';

/** Pairs such as `[key, value]` read well by position. */
const placesMin = 3;

/** @param {ts.Type} type @param {ts.TypeChecker} checker @returns {boolean} */
function isLongTuple(type, checker) {
  if (type.isUnion()) return type.types.some((each) => isLongTuple(each, checker));
  if (!checker.isTupleType(type)) return false;
  const { target } = /** @type {ts.TupleTypeReference} */ (type);
  return target.fixedLength >= placesMin;
}

/** @type {import('eslint').Rule.RuleModule} */
export const positionalReads = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      read: 'A value with several places is read by position: give it names (fromWire) where it enters.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    /** @param {unknown} node */
    const reads = (node) => isLongTuple(services.getTypeAtLocation(node), checker);
    return {
      MemberExpression(node) {
        if (!node.computed || node.property.type !== 'Literal') return;
        if (Number(node.property.value) > 0 && reads(node.object))
          context.report({ node, messageId: 'read' });
      },
      ArrayPattern(node) {
        if (node.elements.includes(null) && reads(node)) context.report({ node, messageId: 'read' });
      },
    };
  },
};
