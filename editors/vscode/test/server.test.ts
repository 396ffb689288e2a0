import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expandPath, findServer, missingMessage, Surroundings } from '../src/core/server';

/** A machine with programs. */
function machine(programs: string[], more: Partial<Surroundings> = {}): Surroundings {
    return {
        platform: 'linux',
        environment: { PATH: '/usr/bin:/opt/tools/bin' },
        home: '/users/ada',
        workspace: '/users/ada/policies',
        isProgram: (file) => programs.includes(file),
        ...more,
    };
}

test('the first folder of the PATH that holds the server counts', () => {
    const both = machine(['/opt/tools/bin/gatewright-lsp', '/users/ada/.cargo/bin/gatewright-lsp']);
    assert.deepEqual(findServer('', both), { kind: 'found', path: '/opt/tools/bin/gatewright-lsp', from: 'path' });
});

test('what cargo has installed is found without the PATH', () => {
    const file = '/users/ada/.cargo/bin/gatewright-lsp';
    assert.deepEqual(findServer('  ', machine([file])), { kind: 'found', path: file, from: 'cargo' });
    const elsewhere = '/opt/cargo/bin/gatewright-lsp';
    const moved = machine([elsewhere, file], { environment: { CARGO_HOME: '/opt/cargo' } });
    assert.deepEqual(findServer('', moved), { kind: 'found', path: elsewhere, from: 'cargo' });
});

test('without a server it is said where one was looked for', () => {
    const search = findServer('', machine([]));
    assert.ok(search.kind === 'missing');
    assert.equal(search.setting, undefined);
    assert.deepEqual(search.looked, ['/usr/bin', '/opt/tools/bin', '/users/ada/.cargo/bin']);
    assert.match(missingMessage(search), /^Gatewright: the language server gatewright-lsp is neither on the PATH/);
});

test('the setting counts alone', () => {
    const installed = '/usr/bin/gatewright-lsp';
    const own = '/users/ada/policies/target/debug/gatewright-lsp';
    const found = { kind: 'found', path: own, from: 'setting' };
    const ours = machine([installed, own]);
    for (const setting of [
        own,
        ` ${own} `,
        'target/debug/gatewright-lsp',
        './target/debug/gatewright-lsp',
        '${workspaceFolder}/target/debug/gatewright-lsp',
        '~/policies/target/debug/gatewright-lsp',
    ]) {
        assert.deepEqual(findServer(setting, ours), found, setting);
    }
    const search = findServer('/nowhere/gatewright-lsp', ours);
    assert.ok(search.kind === 'missing');
    assert.equal(search.setting, '/nowhere/gatewright-lsp');
    assert.deepEqual(search.looked, ['/nowhere/gatewright-lsp']);
    assert.match(missingMessage(search), /no program at \/nowhere\/gatewright-lsp/);
});

test('a setting without a slash is a name on the PATH', () => {
    const file = '/opt/tools/bin/gatewright-lsp-next';
    assert.deepEqual(findServer('gatewright-lsp-next', machine([file])), { kind: 'found', path: file, from: 'setting' });
    assert.equal(findServer('gatewright-lsp-next', machine([])).kind, 'missing');
});

test('a folder of the PATH that depends on where one is counts for nothing', () => {
    const careless = machine(['gatewright-lsp', './gatewright-lsp', 'bin/gatewright-lsp'], {
        environment: { PATH: '.::bin' },
    });
    assert.equal(findServer('', careless).kind, 'missing');
});

test('Windows has its own endings, separators and spelling of the PATH', () => {
    const windows = (programs: string[]) =>
        machine(programs, {
            platform: 'win32',
            environment: { Path: 'C:\\Windows;D:\\tools' },
            home: 'C:\\Users\\ada',
            workspace: 'C:\\policies',
        });
    const onPath = 'D:\\tools\\gatewright-lsp.exe';
    assert.deepEqual(findServer('', windows([onPath])), { kind: 'found', path: onPath, from: 'path' });
    const installed = 'C:\\Users\\ada\\.cargo\\bin\\gatewright-lsp.exe';
    assert.deepEqual(findServer('', windows([installed])), { kind: 'found', path: installed, from: 'cargo' });
    const own = 'C:\\policies\\bin\\gatewright-lsp.exe';
    for (const setting of ['bin\\gatewright-lsp', 'bin\\gatewright-lsp.exe', own]) {
        assert.deepEqual(findServer(setting, windows([own])), { kind: 'found', path: own, from: 'setting' }, setting);
    }
});

test('paths of the settings are expanded', () => {
    assert.equal(expandPath('~', '/users/ada', undefined), '/users/ada');
    assert.equal(expandPath('~ada/x', '/users/ada', undefined), '~ada/x');
    assert.equal(expandPath('a/~/x', '/users/ada', undefined), 'a/~/x');
    assert.equal(expandPath('${workspaceFolder}/x', '/users/ada', '/w$&'), '/w$&/x');
    assert.equal(expandPath('${workspaceFolder}/x', '/users/ada', undefined), '${workspaceFolder}/x');
});
