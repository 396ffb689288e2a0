import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Latest } from '../src/core/latest';
import { formOf, isManifest, manifestOf, outputNames } from '../src/core/policies';
import { classesText, previewText, readAnswer, unavailableText } from '../src/core/preview';
import { rulePages, serverOptions } from '../src/core/settings';
import { countsText, ServerState, status } from '../src/core/status';
import { taskArguments } from '../src/core/tasks';

const NOTHING = { configuration: undefined, select: undefined, ignore: undefined, allowRead: undefined, inlayHints: undefined, codeLens: undefined, rulePages: undefined };
const PAGES = 'file:///extension/rules/{rule}.md';

test('without settings the server gets what it would do anyway', () => {
    assert.deepEqual(serverOptions(NOTHING, '/users/ada', '/w', PAGES), {
        configuration: null,
        select: [],
        ignore: [],
        allowRead: [],
        inlayHints: true,
        codeLens: true,
        rulePages: PAGES,
    });
});

test('settings are passed on', () => {
    const settings = {
        configuration: 'config/gatewright.toml',
        select: ['uncapped-write', ' uncapped-write', 'missing-reason'],
        ignore: ['inert-rule', '', 7],
        allowRead: ['/captures', '~/shared', 'here', '${workspaceFolder}/there', 7],
        inlayHints: false,
        codeLens: false,
        rulePages: ' https://example.org/{rule} ',
    };
    assert.deepEqual(serverOptions(settings, '/users/ada', '/w', PAGES), {
        configuration: '/w/config/gatewright.toml',
        select: ['uncapped-write', 'missing-reason'],
        ignore: ['inert-rule'],
        allowRead: ['/captures', '/users/ada/shared'],
        inlayHints: false,
        codeLens: false,
        rulePages: 'https://example.org/{rule}',
    });
});

test('the configuration is where its path says', () => {
    const configuration = (text: unknown, workspace?: string) =>
        serverOptions({ ...NOTHING, configuration: text }, '/users/ada', workspace, PAGES).configuration;
    assert.equal(configuration('/etc/gatewright.toml', '/w'), '/etc/gatewright.toml');
    assert.equal(configuration('~/gatewright.toml', '/w'), '/users/ada/gatewright.toml');
    assert.equal(configuration('${workspaceFolder}/a/gatewright.toml', '/w'), '/w/a/gatewright.toml');
    assert.equal(configuration('a/gatewright.toml'), 'a/gatewright.toml');
    assert.equal(configuration('  ', '/w'), null);
    assert.equal(configuration(['a'], '/w'), null);
});

test('settings of a wrong type count as none', () => {
    const wrong = { configuration: 3, select: 'uncapped-write', ignore: {}, allowRead: '/', inlayHints: 'no', codeLens: null, rulePages: ['{rule}'] };
    assert.deepEqual(serverOptions(wrong, '/users/ada', '/w', PAGES), serverOptions(NOTHING, '/users/ada', '/w', PAGES));
});

test('the pages about rules lie in a folder', () => {
    assert.equal(rulePages('file:///c%3A/e%20x/rules'), 'file:///c%3A/e%20x/rules/{rule}.md');
    assert.equal(rulePages('file:///rules/'), 'file:///rules/{rule}.md');
    assert.equal(serverOptions({ ...NOTHING, rulePages: '  ' }, '/users/ada', '/w', PAGES).rulePages, PAGES);
});

test('the preview is the JSON', () => {
    assert.equal(previewText('a.gate', { text: '{}\n', errors: [] }, undefined), '{}\n');
    assert.equal(previewText('a.gate', { text: '{}', errors: [] }, '{"old": 1}\n'), '{}\n');
});

test('the preview of a policy with errors says so in comments', () => {
    const compiled = { text: null, errors: ['a.gate:3:7: the manifest has no tool `x`\nhelp: did you mean `y`?\n', 'b'] };
    const text = previewText('a.gate', compiled, undefined);
    assert.equal(
        text,
        '// a.gate does not compile, because of 2 errors:\n' +
            '// - a.gate:3:7: the manifest has no tool `x`\n' +
            '//   help: did you mean `y`?\n' +
            '// - b\n',
    );
    assert.ok(text.split('\n').every((line) => line === '' || line.startsWith('//')));
});

test('below the errors stands what came out before', () => {
    assert.equal(
        previewText('a.gate', { text: null, errors: ['no'] }, '{}\n'),
        '// a.gate does not compile, because of an error:\n// - no\n//\n// What it came to before:\n\n{}\n',
    );
    assert.equal(previewText('a.gate', { text: null, errors: [] }, undefined), '// a.gate does not compile.\n');
});

test('no character of an error gets out of its comment', () => {
    const text = previewText('a.gate', { text: null, errors: ['a\rb\u2028c\r\nd'] }, undefined);
    const lines = text.split(/\r\n|[\r\n\u2028\u2029]/);
    assert.equal(lines.length, 6);
    assert.ok(lines.every((line) => line === '' || line.startsWith('//')));
});

test('without a server the preview says why', () => {
    assert.equal(unavailableText('a.gate', 'gone\nfor good'), '// a.gate cannot be compiled now:\n// gone\n// for good\n');
});

test('answers of the server are read with care', () => {
    assert.deepEqual(readAnswer({ text: '{}', errors: [] }), { text: '{}', errors: [] });
    assert.deepEqual(readAnswer({ text: null, errors: ['a', 1] }), { text: null, errors: ['a'] });
    assert.deepEqual(readAnswer({ errors: ['a'] }), { text: null, errors: ['a'] });
    for (const answer of [null, undefined, 'text', { text: 1, errors: [] }]) {
        assert.equal(readAnswer(answer), undefined);
    }
});

test('the classes are a table, or what is wrong', () => {
    assert.equal(classesText('a.tools.json', { text: 'RISK  TOOL', errors: [] }), 'RISK  TOOL\n');
    const wrong = { text: null, errors: ['a.tools.json:1:1: error: no', 'more'] };
    const refused = 'a.tools.json cannot be classified.\n';
    assert.equal(classesText('a.tools.json', wrong), `${refused}a.tools.json:1:1: error: no\nmore\n`);
    assert.equal(classesText('a.tools.json', undefined), refused);
});

test('an answer that has been overtaken is dropped', async () => {
    const latest = new Latest<string>();
    let release: (text: string) => void = () => undefined;
    const slow = latest.ask(() => new Promise((resolve) => (release = resolve)));
    assert.equal(await latest.ask(async () => 'second'), 'second');
    release('first');
    assert.equal(await slow, undefined);
});

test('a failure that has been overtaken is dropped too', async () => {
    const latest = new Latest<string>();
    const failing = latest.ask(() => Promise.reject(new Error('late')));
    assert.equal(await latest.ask(async () => 'second'), 'second');
    assert.equal(await failing, undefined);
    await assert.rejects(
        latest.ask(() => Promise.reject(new Error('now'))),
        /now/,
    );
});

test('the status says how the server is', () => {
    const none = { errors: 0, warnings: 0, notes: 0 };
    const of = (state: ServerState, counts = none) => {
        const { text, detail, severity, isBusy, action } = status(state, counts);
        return [text, detail, severity, isBusy, action.command];
    };
    const output = 'gatewright.showOutput';
    const restart = 'gatewright.restartServer';
    assert.deepEqual(of({ kind: 'starting' }), ['Gatewright', 'The server is starting.', 'information', true, output]);
    const running: ServerState = { kind: 'running', version: '0.1.0' };
    const is = 'Server 0.1.0 is running.';
    assert.deepEqual(of(running), ['Gatewright: no findings', is, 'information', false, output]);
    assert.deepEqual(of(running, { errors: 0, warnings: 1, notes: 0 }), ['Gatewright: 1 warning', is, 'warning', false, output]);
    assert.deepEqual(of(running, { errors: 2, warnings: 0, notes: 3 }), ['Gatewright: 2 errors, 3 notes', is, 'error', false, output]);
    assert.deepEqual(of({ kind: 'stopped' }), ['Gatewright: stopped', 'The server has ended.', 'warning', false, restart]);
    assert.deepEqual(of({ kind: 'failed', why: 'no' }), ['Gatewright: failed', 'no', 'error', false, restart]);
    assert.equal(status({ kind: 'missing' }, none).action.command, 'gatewright.explainMissingServer');
    assert.equal(status({ kind: 'running', version: undefined }, undefined).text, 'Gatewright');
    assert.equal(status({ kind: 'running', version: undefined }, undefined).detail, 'Server is running.');
});

test('findings are counted in words', () => {
    assert.equal(countsText({ errors: 1, warnings: 2, notes: 1 }), '1 error, 2 warnings, 1 note');
    assert.equal(countsText({ errors: 0, warnings: 0, notes: 1 }), '1 note');
});

test('policies and manifests are known by their names', () => {
    assert.equal(formOf('/a/b.gate'), 'gate');
    assert.equal(formOf('policy.json'), 'policy-json');
    assert.equal(formOf('/a/agent.policy.json'), 'policy-json');
    for (const other of ['/a/my-policy.json', '/policy.json/x', 'gate', 'a.gate.txt']) {
        assert.equal(formOf(other), undefined, other);
    }
    assert.ok(isManifest('/a/b.tools.json'));
    assert.ok(!isManifest('/a/tools.json'));
    assert.deepEqual(outputNames('/a/desk.gate'), ['policy.json', 'desk.policy.json']);
});

test('the manifest of a policy is found', () => {
    assert.equal(manifestOf('\uFEFF# manifest "no"\r\n\tmanifest   "a.tools.json" # "b"\r\nmanifest "c"'), 'a.tools.json');
    assert.equal(manifestOf('manifest "a\\u0062 \\"c"'), 'ab "c');
    for (const without of ['', 'allow a', 'manifest', 'manifest "open', 'manifest "\\q"', 'manifests "a"']) {
        assert.equal(manifestOf(without), undefined, without);
    }
});

test('tasks become command lines', () => {
    assert.deepEqual(taskArguments({ command: 'check' }), ['check', '--format', 'concise', '--', '.']);
    assert.deepEqual(taskArguments({ command: 'check', paths: ['a b', '-x', 3] }), ['check', '--format', 'concise', '--', 'a b', '-x']);
    assert.deepEqual(taskArguments({ command: 'fmt', paths: [] }), ['fmt', '--', '.']);
    assert.equal(taskArguments({ command: 'rm' }), undefined);
});
