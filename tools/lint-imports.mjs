import { ESLint } from 'eslint';

/** Reads `[{file, imports}]` as JSON on stdin; answers for each import whether lint refuses it in that file. */
const questions = JSON.parse(await new Response(process.stdin).text());
const eslint = new ESLint();
const answers = [];
for (const { file, imports } of questions) {
  const code = imports.startsWith('process.')
    ? `export const value = ${imports};\n`
    : `import '${imports}';\n`;
  const [result] = await eslint.lintText(code, { filePath: file });
  answers.push({ file, imports, refused: result.messages.map(({ ruleId }) => ruleId) });
}
console.log(JSON.stringify(answers));
