import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';

import * as oniguruma from 'vscode-oniguruma';
import { IGrammar, INITIAL, IOnigLib, parseRawGrammar, Registry } from 'vscode-textmate';

import { EXTENSION, policies, read, readOurs } from './repository';

const GRAMMAR = 'syntaxes/gate.tmLanguage.json';

let grammar: IGrammar;

before(async () => {
    const require = createRequire(`${EXTENSION}/package.json`);
    const wasm = fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
    await oniguruma.loadWASM(new Uint8Array(wasm).buffer);
    const onigLib: Promise<IOnigLib> = Promise.resolve({
        createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
        createOnigString: (text: string) => new oniguruma.OnigString(text),
    });
    const loadGrammar = async () => parseRawGrammar(read(GRAMMAR), GRAMMAR);
    const loaded = await new Registry({ onigLib, loadGrammar }).loadGrammar('source.gate');
    assert.ok(loaded);
    grammar = loaded;
});

interface Token {
    text: string;
    line: number;
    /** The scopes but for the one of the whole file, the narrowest last. */
    scopes: string[];
}

function tokenize(text: string): Token[] {
    let state = INITIAL;
    return text.split(/\r\n|\n/).flatMap((line, number) => {
        const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
        state = ruleStack;
        return tokens.map(({ startIndex, endIndex, scopes }) => ({
            text: line.slice(startIndex, endIndex),
            line: number + 1,
            scopes: scopes.slice(1),
        }));
    });
}

/** The tokens that are more than blanks, each with its narrowest scope. */
function shown(text: string): string[] {
    return tokenize(text)
        .filter((token) => token.text.trim() !== '')
        .map((token) => `${token.text.trim()} ${(token.scopes.at(-1) ?? 'nothing').replace(/\.gate$/, '')}`);
}

/** What is marked as wrong in a text. */
function wrong(text: string): string[] {
    return tokenize(text)
        .filter((token) => token.scopes.some((scope) => scope.startsWith('invalid')))
        .map((token) => `${token.line}: ${token.text}`);
}

test('every word of the examples has a scope, and none that calls it wrong', () => {
    const files = [...policies('examples'), 'tests/fixtures/syntax/ok/everything.gate'];
    assert.ok(files.length >= 5, `${files.length} files`);
    for (const file of files) {
        for (const text of [readOurs(file), readOurs(file).replaceAll('\n', '\r\n')]) {
            assert.deepEqual(wrong(text), [], file);
            const bare = tokenize(text).filter((token) => token.text.trim() !== '' && token.scopes.length === 0);
            assert.deepEqual(bare, [], file);
        }
    }
});

test('every policy of the reference that is right looks right', () => {
    const blocks = [...readOurs('docs/language.md').matchAll(/^```gate(?: loose)?\n(.*?)^```$/gms)];
    assert.ok(blocks.length > 20, `${blocks.length} blocks`);
    for (const [, text = ''] of blocks) {
        assert.deepEqual(wrong(text), [], text);
    }
});

test('statements', () => {
    assert.deepEqual(shown('default deny'), ['default keyword.declaration.default', 'deny constant.language.posture']);
    assert.deepEqual(shown('manifest "a.json"'), [
        'manifest keyword.control.import',
        '" punctuation.definition.string.begin',
        'a.json string.quoted.double',
        '" punctuation.definition.string.end',
    ]);
    const first = (text: string) => shown(text)[0];
    assert.equal(first('allow a'), 'allow keyword.control.allow');
    assert.equal(first('  rate all 1/day'), 'rate keyword.control.cap');
    assert.equal(first('budget a args.x 1/day'), 'budget keyword.control.cap');
    assert.equal(first('require a with args.x exists'), 'require keyword.control.guard');
    assert.equal(first('approve a'), 'approve keyword.control.guard');
    assert.equal(first('deny a'), 'deny keyword.control.deny');
    assert.equal(first('hide all'), 'hide keyword.control.deny');
    assert.equal(first('tool a { allow }'), 'tool keyword.declaration');
    assert.equal(first('include "x"'), 'include keyword.control.import');
    assert.equal(first('group a = b'), 'group keyword.declaration.group');
    assert.equal(first('classify a as read'), 'classify keyword.declaration.classify');
});

test('tools, globs and sets', () => {
    assert.deepEqual(shown('allow a-b/c.d:e, set_*_t?g, @read, @mine, "x y" except allow-all'), [
        'allow keyword.control.allow',
        'a-b/c.d:e entity.name.function.tool',
        ', punctuation.separator.comma',
        'set_ entity.name.function.glob',
        '* keyword.operator.wildcard',
        '_t entity.name.function.glob',
        '? keyword.operator.wildcard',
        'g entity.name.function.glob',
        ', punctuation.separator.comma',
        '@ punctuation.definition.set',
        'read support.type.set',
        ', punctuation.separator.comma',
        '@ punctuation.definition.set',
        'mine entity.name.type.set',
        ', punctuation.separator.comma',
        '" punctuation.definition.string.begin',
        'x y string.quoted.double',
        '" punctuation.definition.string.end',
        'except keyword.other',
        'allow-all entity.name.function.tool',
    ]);
    assert.deepEqual(shown('group labels = 5a, all-x'), [
        'group keyword.declaration.group',
        'labels entity.name.type.group',
        '= keyword.operator.assignment',
        '5a entity.name.function.tool',
        ', punctuation.separator.comma',
        'all-x entity.name.function.tool',
    ]);
});

test('rates and counters', () => {
    assert.deepEqual(shown('rate all 30/minute as x-{tool}_{window}').slice(1), [
        'all support.constant.all',
        '30 constant.numeric.integer',
        '/ keyword.operator.rate',
        'minute keyword.other.unit.window',
        'as keyword.other.as',
        'x- entity.name.label.counter',
        '{ punctuation.definition.variable.begin',
        'tool variable.parameter.counter',
        '} punctuation.definition.variable.end',
        '_ entity.name.label.counter',
        '{ punctuation.definition.variable.begin',
        'window variable.parameter.counter',
        '} punctuation.definition.variable.end',
    ]);
    assert.ok(shown('allow a 1/day as\n  # here\n  deny_x').includes('deny_x entity.name.label.counter'));
    assert.ok(shown('allow a as "b {tool}"').includes('b {tool} string.quoted.double.counter'));
    assert.ok(shown('allow a as\ndeny b').includes('deny keyword.control.deny'));
    // What the class of a tool is called is an ordinary name for a counter.
    assert.ok(shown('allow a as write').includes('write entity.name.label.counter'));
});

test('conditions', () => {
    assert.deepEqual(shown('deny a when args.x."odd \\n key".y not in [1, -2.5e+3, "s", null, {"k": true}]').slice(2), [
        'when keyword.other',
        'args variable.language.args',
        '. punctuation.accessor',
        'x variable.other.property',
        '. punctuation.accessor',
        '" punctuation.definition.string.begin',
        'odd string.quoted.double.key',
        '\\n constant.character.escape',
        'key string.quoted.double.key',
        '" punctuation.definition.string.end',
        '. punctuation.accessor',
        'y variable.other.property',
        'not keyword.operator.logical',
        'in keyword.operator.word',
        '[ punctuation.definition.list.begin',
        '1 constant.numeric',
        ', punctuation.separator.comma',
        '-2.5e+3 constant.numeric',
        ', punctuation.separator.comma',
        '" punctuation.definition.string.begin',
        's string.quoted.double',
        '" punctuation.definition.string.end',
        ', punctuation.separator.comma',
        'null constant.language',
        ', punctuation.separator.comma',
        '{ punctuation.definition.object.begin',
        '" punctuation.support.type.property-name.begin',
        'k support.type.property-name',
        '" punctuation.support.type.property-name.end',
        ': punctuation.separator.key-value',
        'true constant.language',
        '} punctuation.definition.object.end',
        '] punctuation.definition.list.end',
    ]);
    for (const operator of ['==', '!=', '<', '<=', '>', '>=']) {
        assert.ok(shown(`deny a when args.x ${operator} 5`).includes(`${operator} keyword.operator.comparison`));
    }
    const presence = shown('deny a when (args.x exists or args.y missing) and not args.z contains "a"');
    for (const expected of [
        '( punctuation.section.parens.begin',
        'exists keyword.operator.word',
        'or keyword.operator.logical',
        'missing keyword.operator.word',
        ') punctuation.section.parens.end',
        'contains keyword.operator.word',
    ]) {
        assert.ok(presence.includes(expected), expected);
    }
});

test('patterns are regular expressions, also on the next line', () => {
    for (const text of ['require a with args.x matches "^[a-z]\\\\s+$"', 'require a with args.x matches\n  "^[a-z]\\\\s+$"']) {
        const found = shown(text);
        for (const expected of [
            '^ keyword.control.anchor.regexp',
            '\\\\s constant.character.escape.regexp',
            '+ keyword.operator.quantifier.regexp',
        ]) {
            assert.ok(found.includes(expected), `${expected}: ${found.join(', ')}`);
        }
    }
});

test('braces of blocks and of objects differ', () => {
    const block = shown('tool a {\n    require args.x == {"k": {}} because "b"\n    hide\n}');
    const braces = block.filter((token) => /^[{}]/.test(token));
    assert.deepEqual(braces, [
        '{ punctuation.section.block.begin',
        '{ punctuation.definition.object.begin',
        '{ punctuation.definition.object.begin',
        '} punctuation.definition.object.end',
        '} punctuation.definition.object.end',
        '} punctuation.section.block.end',
    ]);
});

test('classes', () => {
    assert.deepEqual(shown('classify write, send_* as financial because "b"').slice(0, 7), [
        'classify keyword.declaration.classify',
        'write entity.name.function.tool',
        ', punctuation.separator.comma',
        'send_ entity.name.function.glob',
        '* keyword.operator.wildcard',
        'as keyword.other.as',
        'financial constant.language.class',
    ]);
    assert.ok(shown('classify a\n  as\n  # why\n  read').includes('read constant.language.class'));
    assert.ok(shown('classify a as read\nallow b as read').includes('read entity.name.label.counter'));
    assert.deepEqual(wrong('classify a as harmless'), ['1: harmless']);
    assert.ok(shown('classify a as\nallow b').includes('allow keyword.control.allow'));
});

test('comments and suppressions', () => {
    assert.deepEqual(shown('# allow "x"'), ['# punctuation.definition.comment', 'allow "x" comment.line.number-sign']);
    assert.deepEqual(shown('allow a  # gatewright: allow(uncapped-write, inert-rule) until 2027-01-31 It is fine.').slice(2), [
        '# punctuation.definition.comment',
        'gatewright: keyword.other.directive',
        'allow keyword.other.directive',
        '( punctuation.section.parens.begin',
        'uncapped-write entity.name.tag.rule',
        ', punctuation.separator.comma',
        'inert-rule entity.name.tag.rule',
        ') punctuation.section.parens.end',
        'until keyword.other.directive',
        '2027-01-31 constant.numeric.date',
        'It is fine. comment.line.number-sign.suppression',
    ]);
    assert.ok(shown('# see gatewright: allow(x)').every((token) => !token.includes('directive')));
});

test('a statement begins anew whatever stood open before', () => {
    for (const open of ['deny a when args.x in [1,', 'deny a when args.x == {"k":', 'deny a when args.x ==', 'allow b as', 'classify c']) {
        assert.ok(shown(`${open}\n    hide d`).includes('hide keyword.control.deny'), open);
    }
});

test('what is wrong looks wrong', () => {
    assert.deepEqual(wrong('allow a 10/hr'), ['1: 10/hr']);
    assert.deepEqual(wrong('let a = b'), ['1: let']);
    assert.deepEqual(wrong('deny a because "\\q"'), ['1: \\q']);
    assert.deepEqual(wrong('allow a; b'), ['1: ;']);
    assert.deepEqual(wrong('allow @a-b'), ['1: @a-b']);
    assert.deepEqual(wrong('deny a when args.x in [b]'), ['1: b']);
});
