// Lint rule: a comment begins with the thing it is about, or with a verb, so that it is understood at first reading.
// @ts-check

const riddle = /^[\s*]*(What|Who|Whose|Whom|Whatever|Whoever)\b(?! is\b.*\?)/;

/** @type {import('eslint').Rule.RuleModule} */
export const commentOpenings = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      opening: 'Begin the comment with the thing it is about, or with a verb, not with "{{word}}".',
    },
  },
  create(context) {
    return {
      Program() {
        const comments = context.sourceCode.getAllComments();
        for (const [at, comment] of comments.entries()) {
          const before = comments[at - 1];
          const continues =
            comment.type === 'Line' &&
            before?.type === 'Line' &&
            before.loc?.end.line === (comment.loc?.start.line ?? 0) - 1;
          const word = continues ? undefined : riddle.exec(comment.value)?.[1];
          if (word !== undefined && comment.loc)
            context.report({ loc: comment.loc, messageId: 'opening', data: { word } });
        }
      },
    };
  },
};
