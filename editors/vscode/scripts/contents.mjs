// Fails unless a package holds exactly the files that the extension needs, and is small.

import { readdir, readFile } from 'node:fs/promises';

/** The most bytes that the package may have. */
const MOST = 300_000;

/** A page for each rule. */
const RULES = (await readdir(new URL('../../../src/diagnostic/codes/', import.meta.url))).filter((name) => name.endsWith('.md'));

const EXPECTED = [
    '[Content_Types].xml',
    'extension.vsixmanifest',
    'extension/LICENSE.txt',
    'extension/language-configuration.json',
    'extension/out/NOTICES.txt',
    'extension/out/extension.js',
    'extension/out/icon.png',
    'extension/out/policy.schema.json',
    'extension/package.json',
    'extension/readme.md',
    ...RULES.map((name) => `extension/rules/${name}`),
    'extension/snippets/gate.json',
    'extension/syntaxes/gate.tmLanguage.json',
];

/** The names in a zip archive, from the directory at its end. */
function namesIn(bytes) {
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0) {
        throw new Error('this is no zip archive');
    }
    const count = bytes.readUInt16LE(end + 10);
    let at = bytes.readUInt32LE(end + 16);
    const names = [];
    for (let entry = 0; entry < count; entry += 1) {
        const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
        names.push(bytes.toString('utf8', at + 46, at + 46 + name));
        at += 46 + name + extra + comment;
    }
    return names.sort();
}

const file = process.argv[2];
const bytes = await readFile(file);
const names = namesIn(bytes);
const missing = EXPECTED.filter((name) => !names.includes(name));
const surplus = names.filter((name) => !EXPECTED.includes(name));
if (missing.length > 0 || surplus.length > 0) {
    console.error(`error: ${file} lacks [${missing.join(', ')}] and should not hold [${surplus.join(', ')}]`);
    process.exit(1);
}
if (bytes.length > MOST) {
    console.error(`error: ${file} has ${bytes.length} bytes, which is more than ${MOST}`);
    process.exit(1);
}
console.log(`${file}: ${names.length} files, ${bytes.length} bytes`);
