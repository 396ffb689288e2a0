// Draws the icon: a gate with two wings, one of them open, as a PNG without any program for pictures.

import { deflateSync } from 'node:zlib';

const SIZE = 128;
/** Samples to a side of each pixel, so that edges are smooth. */
const FINE = 4;

const GROUND = [0x1f, 0x2a, 0x44];
const POST = [0xf2, 0xc1, 0x4e];
const BAR = [0xe8, 0xec, 0xf4];

/** The bytes of the icon. */
export function icon() {
    const rows = [];
    for (let y = 0; y < SIZE; y += 1) {
        const row = [0];
        for (let x = 0; x < SIZE; x += 1) {
            row.push(...pixel(x, y));
        }
        rows.push(Buffer.from(row));
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(SIZE, 0);
    header.writeUInt32BE(SIZE, 4);
    // Eight bits, with transparency.
    header.set([8, 6, 0, 0, 0], 8);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0))]);
}

function pixel(x, y) {
    const sum = [0, 0, 0];
    let covered = 0;
    for (let i = 0; i < FINE * FINE; i += 1) {
        const color = colorAt(x + ((i % FINE) + 0.5) / FINE, y + (Math.floor(i / FINE) + 0.5) / FINE);
        if (color !== undefined) {
            covered += 1;
            color.forEach((value, index) => (sum[index] += value));
        }
    }
    const mean = sum.map((value) => (covered === 0 ? 0 : Math.round(value / covered)));
    return [...mean, Math.round((covered * 255) / (FINE * FINE))];
}

/** The colour of a point; undefined outside of the rounded square. */
function colorAt(x, y) {
    const corner = 22;
    const beyond = (value) => Math.max(corner - value, value - (SIZE - corner), 0);
    if (Math.hypot(beyond(x), beyond(y)) > corner) {
        return undefined;
    }
    const isPost = (x > 22 && x < 32) || (x > 96 && x < 106);
    if (isPost && y > 26 && y < 106) {
        return POST;
    }
    // The left wing is closed; the right one stands open, so its far end rises.
    const isLeft = x >= 32 && x < 64;
    const isRight = x >= 68 && x <= 96;
    const lift = isRight ? (96 - x) * 0.55 : 0;
    const height = y + lift;
    const isBar = [44, 66, 88].some((bar) => Math.abs(height - bar) < 4);
    const isEdge = (x > 58 && x < 64) || (x >= 68 && x < 73);
    return (isLeft || isRight) && height > 40 && height < 92 && (isBar || isEdge) ? BAR : GROUND;
}

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
}

/** The check sum of a chunk. Older versions of Node have none of their own. */
function crc32(bytes) {
    let sum = 0xffffffff;
    for (const byte of bytes) {
        sum ^= byte;
        for (let bit = 0; bit < 8; bit += 1) {
            sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
        }
    }
    return (sum ^ 0xffffffff) >>> 0;
}
