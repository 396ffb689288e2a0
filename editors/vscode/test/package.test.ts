import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';

import { PROGRAM } from '../src/core/server';
import { program, read, readJson, readOurs } from './repository';

interface Manifest {
    main: string;
    contributes: {
        commands: { command: string }[];
        configuration: { properties: Record<string, unknown> };
        problemPatterns: { name: string; regexp: string; file: number; line: number; column: number; severity: number; code: number; message: number }[];
        problemMatchers: { name: string; pattern: string }[];
    };
    devDependencies: Record<string, string>;
}

const MANIFEST = readJson<Manifest>('package.json');

interface Snippet {
    prefix: string | string[];
    body: string | string[];
    description: string;
}

const SNIPPETS = readJson<Record<string, Snippet>>('snippets/gate.json');

/** A manifest with the tools and arguments that the snippets name. */
const TOOLS = readOurs('tests/fixtures/docs/tools.json');

/** What a snippet leaves behind when somebody takes every default. `choice` says which of several values to take. */
function expand(body: string, choice: number): string {
    return body
        .replace(/\$\{\d+\|([^|]*)\|\}/g, (_, values: string) => {
            const all = values.split(',');
            return all[Math.min(choice, all.length - 1)] ?? '';
        })
        .replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, (_, text: string) => text.replace(/\\([$}\\])/g, '$1'))
        .replace(/\$\d+/g, '');
}

/** Around a snippet, what makes it a policy. */
function policy(name: string, text: string): string {
    if (text.includes('\nmanifest ')) {
        return text;
    }
    const head = name === 'manifest' ? '' : 'manifest "server.tools.json"\n';
    switch (name) {
        case 'except':
            return `${head}allow get_*, *_issue ${text}\n`;
        case 'because':
            return `${head}deny get_issue ${text}\n`;
        default:
            return `${head}${text}\n`;
    }
}

test('the commands and settings of the code are those of the package', () => {
    const source = fs.readdirSync('src', { recursive: true, encoding: 'utf8' });
    const code = source.filter((name) => name.endsWith('.ts')).map((name) => read(`src/${name}`)).join('\n');
    const registered = [...code.matchAll(/register\('(\w+)'/g)].map(([, name]) => `gatewright.${name}`);
    const contributed = MANIFEST.contributes.commands.map(({ command }) => command);
    // The last one hangs on the status item only.
    assert.deepEqual(registered.toSorted(), [...contributed, 'gatewright.explainMissingServer'].toSorted());
    const settings = Object.keys(MANIFEST.contributes.configuration.properties);
    const asked = [...code.matchAll(/(?:setting(?:<\w+>)?|inspect)\('([\w.]+)'/g)].map(([, name]) => `gatewright.${name}`);
    // The client library reads the trace by itself.
    assert.deepEqual(settings.toSorted(), [...asked, 'gatewright.trace.server'].toSorted());
    for (const page of [read('README.md'), readOurs('docs/editors.md')]) {
        for (const setting of settings) {
            assert.ok(page.includes(`| \`${setting}\` |`), setting);
        }
    }
});

test('every rule of the program has its page', () => {
    const list = readOurs('src/diagnostic/code.rs');
    const pages = fs.readdirSync('rules').map((name) => path.basename(name, '.md'));
    assert.ok(pages.length > 90, `${pages.length}`);
    for (const page of pages) {
        assert.ok(list.includes(`"${page}"`), page);
        assert.ok(read(`rules/${page}.md`).startsWith(`# ${page}\n\n`), page);
    }
});

test('the address of a rule\'s page is judged as it is typed', () => {
    const { pattern } = MANIFEST.contributes.configuration.properties['gatewright.rulePages'] as { pattern: string };
    const right = ['', 'https://example.org/rules/{rule}', 'file:///c%3A/rules/{rule}.md'];
    const wrong = ['rules/{rule}', 'https://example.org/rules', '{rule}'];
    assert.deepEqual([...right, ...wrong].filter((text) => new RegExp(pattern).test(text)), right);
});

test('the server has the name that its package gives it', () => {
    assert.match(readOurs('lsp/Cargo.toml'), new RegExp(`^name = "${PROGRAM}"$`, 'm'));
});

test('the commands that the extension asks for are those of the server, and none of its own', () => {
    const named = (text: string) => [...text.matchAll(/"(gatewright\.[\w.]+)"|'(gatewright\.server\.\w+)'/g)].map(([, a, b]) => a ?? b ?? '');
    const offered = named(readOurs('lsp/src/features/commands.rs')).toSorted();
    assert.deepEqual(named(read('src/preview.ts')).toSorted(), offered);
    assert.equal(offered.length, 2);
    // The client library registers the server's commands by itself; the same name twice, and the server does not start.
    const own = MANIFEST.contributes.commands.map(({ command }) => command);
    assert.deepEqual(offered.filter((name) => own.includes(name)), []);
});

test('versions are those of the repository, and exact', () => {
    const own = readJson<{ version: string }>('package.json').version;
    assert.equal(own, /^version = "(.*)"$/m.exec(readOurs('Cargo.toml'))?.[1]);
    for (const [name, version] of Object.entries(MANIFEST.devDependencies)) {
        assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
});

test('words of the language are spelled alike in the grammar and in the compiler', () => {
    const words = readOurs('src/syntax/words.rs');
    const list = (name: string) => {
        const body = new RegExp(`const ${name}: \\[&str; \\d+\\] = \\[([^\\]]*)\\]`).exec(words)?.[1] ?? '';
        return [...body.matchAll(/"(\w+)"/g)].map(([, word = '']) => word);
    };
    const all = [...list('STATEMENTS'), ...list('RESERVED'), ...list('CONNECTIVES')];
    assert.equal(all.length, 38);
    const grammar = read('syntaxes/gate.tmLanguage.json');
    const missing = all.filter((word) => !new RegExp(`[(|]${word}[)|]`).test(grammar));
    assert.deepEqual(missing, []);
});

test('there is a snippet for each statement', () => {
    const prefixes = Object.values(SNIPPETS).flatMap(({ prefix }) => prefix);
    assert.equal(new Set(prefixes).size, prefixes.length, 'a prefix is used twice');
    for (const word of 'allow approve budget classify default deny group hide include manifest rate require tool'.split(' ')) {
        assert.ok(prefixes.includes(word), word);
    }
});

test('what the snippets write compiles', { skip: program() === undefined && 'GATEWRIGHT names no program' }, () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gatewright-snippets-'));
    try {
        fs.writeFileSync(path.join(folder, 'server.tools.json'), TOOLS);
        fs.writeFileSync(path.join(folder, 'guards.gate'), 'rate all 9/day\n');
        for (const [name, { body }] of Object.entries(SNIPPETS)) {
            for (const choice of [0, 1, 2, 3, 4]) {
                const text = policy(name, expand([body].flat().join('\n'), choice));
                fs.writeFileSync(path.join(folder, 'policy.gate'), text);
                const options = { cwd: folder, encoding: 'utf8' } as const;
                const run = spawnSync(program() ?? '', ['compile', '--format', 'concise', 'policy.gate'], options);
                const errors = run.stderr.split('\n').filter((line) => / error\[/.test(line));
                // No target of the compiler can say a budget yet.
                const expected = name === 'budget' ? / error\[unsupported-budget\]/ : /never/;
                assert.deepEqual(errors.filter((line) => !expected.test(line)), [], `${name}:\n${text}\n${run.stderr}`);
                assert.equal(run.status, name === 'budget' ? 1 : 0, `${name}:\n${text}\n${run.stderr}`);
                const layout = spawnSync(program() ?? '', ['fmt', '--check', 'policy.gate'], options);
                assert.equal(layout.status, 0, `${name} is not laid out as the formatter does:\n${text}`);
            }
        }
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
});

test('the problem matcher reads what the program writes', { skip: program() === undefined && 'GATEWRIGHT names no program' }, () => {
    const pattern = MANIFEST.contributes.problemPatterns[0];
    assert.ok(pattern);
    assert.equal(MANIFEST.contributes.problemMatchers[0]?.pattern, `$${pattern.name}`);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gatewright-matcher-'));
    try {
        fs.writeFileSync(path.join(folder, 'server.tools.json'), TOOLS);
        const text = 'manifest "server.tools.json"\nallow get_isue\nallow delete_*, create_issue\nhide delete_issue\n';
        fs.writeFileSync(path.join(folder, 'a b.gate'), text);
        const run = spawnSync(program() ?? '', ['check', '--format', 'concise', '--', '.'], { cwd: folder, encoding: 'utf8' });
        const lines = run.stdout.trimEnd().split('\n');
        assert.ok(lines.length >= 2, run.stdout);
        const read = lines.map((line) => new RegExp(pattern.regexp).exec(line));
        assert.ok(read.every((match) => match !== null), run.stdout);
        const first = read.find((match) => match?.[pattern.code] === 'unknown-tool');
        assert.ok(first, run.stdout);
        assert.equal(path.basename(first[pattern.file] ?? ''), 'a b.gate');
        assert.equal(first[pattern.line], '2');
        assert.equal(first[pattern.column], '7');
        assert.equal(first[pattern.severity], 'error');
        assert.match(first[pattern.message] ?? '', /get_isue/);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
});

test('the problem matcher knows every severity and no other line', () => {
    const regexp = new RegExp(MANIFEST.contributes.problemPatterns[0]?.regexp ?? '');
    for (const severity of ['error', 'warning', 'note']) {
        const match = regexp.exec(`C:\\a\\b.gate:12:3: ${severity}[inert-rule] it: has no effect; help`);
        assert.equal(match?.[1], 'C:\\a\\b.gate');
        assert.equal(match?.[6], 'it: has no effect; help');
    }
    assert.equal(regexp.exec('8 files checked, no findings'), null);
});

test('the editor is told how words, lines and comments go', () => {
    const configuration = readJson<{
        wordPattern: string;
        indentationRules: { increaseIndentPattern: string; decreaseIndentPattern: string; indentNextLinePattern: string };
        onEnterRules: { beforeText: string; afterText: string }[];
    }>('language-configuration.json');
    const words = (text: string) => text.match(new RegExp(configuration.wordPattern, 'g'));
    assert.deepEqual(words('allow a-b/c.d:e*, @set,set_?x {'), ['allow', 'a-b/c.d:e*', '@set', 'set_?x']);
    assert.deepEqual(words('deny x when args.a.b=="c"'), ['deny', 'x', 'when', 'args.a.b', 'c']);
    const { increaseIndentPattern, decreaseIndentPattern, indentNextLinePattern } = configuration.indentationRules;
    const matching = (pattern: string, lines: string[]) => lines.filter((line) => new RegExp(pattern).test(line));
    const opening = ['tool a {', 'tool a { # why', '    with args.x in [', '    and (', 'deny a because "{" {'];
    const level = ['# tool a {', 'tool a { hide }', 'deny a because "{"', 'allow a', ''];
    assert.deepEqual(matching(increaseIndentPattern, [...opening, ...level]), opening);
    assert.deepEqual(matching(decreaseIndentPattern, ['}', '    ]', ')', 'a }']), ['}', '    ]', ')']);
    const goingOn = ['allow a,', 'allow a, # more', 'require a with', 'group x =', 'deny a when args.x >', 'approve a unless args.x == 1 or'];
    const complete = ['allow a', '"one",', '# allow a,', 'deny a because "x,"', 'allow basin', 'allow build-in'];
    assert.deepEqual(matching(indentNextLinePattern, [...goingOn, ...complete]), goingOn);
    const [comment] = configuration.onEnterRules;
    assert.ok(comment);
    assert.ok(new RegExp(comment.beforeText).test('    # one') && new RegExp(comment.afterText).test(' two'));
    assert.ok(!new RegExp(comment.afterText).test('') && !new RegExp(comment.beforeText).test('allow a'));
});

test('no pattern of the editor takes long for a long line', () => {
    const configuration = readJson<{ indentationRules: Record<string, string> }>('language-configuration.json');
    const lines = ['allow ' + 'a, '.repeat(20_000) + '"', 'allow ' + '"\\\\" '.repeat(20_000) + '"open', '['.repeat(40_000)];
    const begin = process.hrtime.bigint();
    for (const pattern of Object.values(configuration.indentationRules)) {
        for (const line of lines) {
            new RegExp(pattern).test(line);
        }
    }
    const milliseconds = Number(process.hrtime.bigint() - begin) / 1e6;
    assert.ok(milliseconds < 1000, `${milliseconds} ms`);
});

test('the bundle asks for nothing that is not there', () => {
    const bundle = read(MANIFEST.main);
    const required = new Set([...bundle.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name.replace(/^node:/, '')));
    required.delete('vscode');
    const builtin = execFileSync(process.execPath, ['-p', 'require("module").builtinModules.join(" ")'], { encoding: 'utf8' });
    const known = new Set(builtin.trim().split(' '));
    assert.deepEqual([...required].filter((name) => !known.has(name)), []);
});
