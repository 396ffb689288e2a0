// Bundles the extension into out/, with what it takes from the rest of the repository and what is drawn. With --tests, bundles
// the tests instead.

import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { icon } from './icon.mjs';

const folder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const root = path.dirname(path.dirname(folder));
const out = path.join(folder, 'out');

const common = { bundle: true, platform: 'node', target: 'node18', format: 'cjs', logLevel: 'warning' };

async function buildExtension() {
    await mkdir(out, { recursive: true });
    const { metafile } = await build({
        ...common,
        absWorkingDir: folder,
        entryPoints: [path.join(folder, 'src/extension.ts')],
        outfile: path.join(out, 'extension.js'),
        external: ['vscode'],
        minify: true,
        legalComments: 'none',
        metafile: true,
    });
    await writeFile(path.join(out, 'NOTICES.txt'), await notices(Object.keys(metafile.inputs)));
    // The repository keeps one of each.
    await copyFile(path.join(root, 'schema/policy.schema.json'), path.join(out, 'policy.schema.json'));
    await copyFile(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
    await writeFile(path.join(out, 'icon.png'), icon());
    await buildRules();
}

/** The pages about the rules, each with its name above it. */
async function buildRules() {
    const [from, to] = [path.join(root, 'src/diagnostic/codes'), path.join(folder, 'rules')];
    await rm(to, { recursive: true, force: true });
    await mkdir(to);
    for (const page of (await readdir(from)).filter((name) => name.endsWith('.md'))) {
        const text = await readFile(path.join(from, page), 'utf8');
        await writeFile(path.join(to, page), `# ${path.basename(page, '.md')}\n\n${text}`);
    }
}

/** The licences of the packages that are part of the bundle, which ask to go along with it. */
async function notices(inputs) {
    const packages = inputs.map((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
    const texts = [];
    for (const name of [...new Set(packages.filter((name) => name !== undefined))].sort()) {
        const file = (await readdir(path.join(folder, name))).find((entry) => /^licen[cs]e/i.test(entry));
        if (file === undefined) {
            throw new Error(`${name} has no licence`);
        }
        const text = await readFile(path.join(folder, name, file), 'utf8');
        texts.push(`${name.replace(/^.*node_modules\//, '')}\n\n${text.trim()}\n`);
    }
    return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function buildTests() {
    const tests = path.join(folder, 'test');
    const names = (await readdir(tests)).filter((name) => name.endsWith('.test.ts'));
    await rm(path.join(out, 'test'), { recursive: true, force: true });
    await build({
        ...common,
        entryPoints: names.map((name) => path.join(tests, name)),
        outdir: path.join(out, 'test'),
        packages: 'external',
        sourcemap: 'inline',
    });
}

await (process.argv.includes('--tests') ? buildTests() : buildExtension());
