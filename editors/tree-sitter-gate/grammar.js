/**
 * The Gatewright language for editors.
 *
 * The definition of the language is grammar/gate.pest; this grammar gives colours, folds and structure while somebody
 * types. It takes everything that the compiler takes. What is wrong is left to the language server to explain, so a
 * number of small rules of the language, such as which operators take which values, are not repeated here.
 *
 * A statement ends with its line, unless the next line goes on with it: `src/scanner.c` decides that.
 */

/// <reference types="tree-sitter-cli/dsl" />

// The words of the language; none of them is a bare tool name. Those kept for later versions begin no statement, so this
// grammar has no use for them.
const STATEMENT_WORDS = [
  'allow', 'approve', 'assert', 'budget', 'classify', 'default', 'deny', 'group', 'hide', 'include', 'manifest', 'policy', 'rate',
  'require', 'test', 'tool',
];
const OTHER_WORDS = [
  'all', 'and', 'as', 'because', 'contains', 'except', 'exists', 'false', 'having', 'in', 'matches', 'missing', 'not',
  'null', 'or', 'true', 'unless', 'when', 'with',
];

const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/;

/** One or more of a rule, with commas between. */
const commaSeparated = (rule) => seq(rule, repeat(seq(',', rule)));

module.exports = grammar({
  name: 'gate',

  // The byte-order mark is a blank, wherever it stands.
  extras: ($) => [/[ \t\r\n\uFEFF]/, $.comment],

  externals: ($) => [$._end_of_statement, $._error_sentinel],

  word: ($) => $.name,

  reserved: { words: () => [...STATEMENT_WORDS, ...OTHER_WORDS] },

  supertypes: ($) => [$.statement, $.condition, $.selector, $.literal],

  rules: {
    source_file: ($) => repeat(seq(choice($.statement, $.tool_block, $.test_block), $._end_of_statement)),

    comment: () => token(seq('#', /[^\r\n]*/)),

    // ── Statements ────────────────────────────────────────────────────────────────────────────────────────────

    statement: ($) =>
      choice(
        $.manifest_statement,
        $.include_statement,
        $.default_statement,
        $.group_statement,
        $.classify_statement,
        $.allow_statement,
        $.rate_statement,
        $.require_statement,
        $.approve_statement,
        $.deny_statement,
        $.hide_statement,
        $.budget_statement,
        $.policy_statement,
        $.assert_statement,
      ),

    assert_statement: ($) =>
      seq(
        'assert',
        choice(
          seq(field('verdict', alias($._claim, $.verdict)), $._tools, optional($._when)),
          seq(field('verdict', alias('rate', $.verdict)), choice($.all, $._tools), $._rates),
        ),
      ),
    _claim: () => choice('allow', 'approve', 'deny', 'hide'),
    policy_statement: ($) => seq('policy', field('file', $.string)),
    manifest_statement: ($) => seq('manifest', field('file', $.string)),
    include_statement: ($) => seq('include', field('file', $.string)),
    default_statement: ($) => seq('default', field('decision', choice('allow', 'deny'))),
    group_statement: ($) => seq('group', field('name', $.group_name), '=', field('tools', $.selectors)),
    classify_statement: ($) =>
      seq('classify', field('tools', alias($._names, $.selectors)), 'as', field('class', $.class), optional($.reason)),

    allow_statement: ($) => seq('allow', $._tools, optional($._caps)),
    rate_statement: ($) => seq('rate', choice($.all, $._tools), $._rates, optional($.counter_clause)),
    require_statement: ($) => seq('require', $._tools, 'with', field('condition', $.condition), optional($.reason)),
    approve_statement: ($) => seq('approve', $._tools, optional($._when_or_unless), optional($.reason)),
    deny_statement: ($) => seq('deny', $._tools, optional($._when), optional($.reason)),
    hide_statement: ($) => seq('hide', choice($.all, $._tools)),
    budget_statement: ($) => seq('budget', $._tools, $._sum, optional($.counter_clause)),

    // ── Blocks: the same rules without their tools ────────────────────────────────────────────────────────────

    tool_block: ($) => seq('tool', $._tools, field('rules', $.rules)),
    rules: ($) => seq('{', repeat(seq($._rule, $._end_of_statement)), '}'),

    _rule: ($) =>
      choice(
        alias($._block_allow, $.allow_statement),
        alias($._block_rate, $.rate_statement),
        alias($._block_require, $.require_statement),
        alias($._block_approve, $.approve_statement),
        alias($._block_deny, $.deny_statement),
        alias($._block_hide, $.hide_statement),
        alias($._block_budget, $.budget_statement),
      ),

    _block_allow: ($) => seq('allow', optional($._caps)),
    _block_rate: ($) => seq('rate', $._rates, optional($.counter_clause)),
    _block_require: ($) => seq('require', field('condition', $.condition), optional($.reason)),
    _block_approve: ($) => seq('approve', optional($._when_or_unless), optional($.reason)),
    _block_deny: ($) => seq('deny', optional($._when), optional($.reason)),
    _block_hide: () => 'hide',
    _block_budget: ($) => seq('budget', $._sum, optional($.counter_clause)),

    // ── Tests: `call`, `at`, `times` and `by` are words here only ─────────────────────────────────────────────

    test_block: ($) => seq('test', field('name', $.string), field('steps', $.steps)),
    steps: ($) => seq('{', repeat(seq(choice($.call_step, $.at_step), $._end_of_statement)), '}'),

    call_step: ($) =>
      seq(
        'call',
        $._tools,
        optional(field('arguments', $.object)),
        optional($.repeats),
        '->',
        field('verdict', $.verdict),
        optional($.by_clause),
        optional($.reason),
      ),
    repeats: ($) => seq($.number, 'times'),
    verdict: () => choice('allow', 'approve', 'deny', 'hide', 'rate'),
    by_clause: ($) => seq('by', field('counter', choice($.counter_name, $.string))),

    at_step: ($) => seq('at', field('time', $.time)),
    time: () => token(prec(2, /[0-9][0-9A-Za-z:.+\-]*/)),

    // ── Tools ─────────────────────────────────────────────────────────────────────────────────────────────────

    _tools: ($) => field('tools', $.selectors),
    selectors: ($) => seq(commaSeparated($.selector), optional($.having), optional($.except)),
    selector: ($) => choice($.name, $.glob, $.set, $.string),
    _names: ($) => commaSeparated(choice($.name, $.glob, $.string)),
    having: ($) => seq('having', $.path),
    except: ($) => seq('except', commaSeparated($.selector)),
    all: () => 'all',

    // A run of the characters of names; with `*` or `?` in it, it is a glob.
    name: () => /[A-Za-z0-9_\-.\/:]+/,
    glob: () => /[A-Za-z0-9_\-.\/:]*[*?][A-Za-z0-9_\-.\/:*?]*/,
    set: ($) => seq('@', alias(token.immediate(IDENTIFIER), $.group_name)),
    group_name: () => IDENTIFIER,
    class: () => IDENTIFIER,

    // ── Caps ──────────────────────────────────────────────────────────────────────────────────────────────────

    _caps: ($) => choice(seq($._rates, optional($.counter_clause)), $.counter_clause),
    _rates: ($) => commaSeparated($.rate),
    rate: () => token(prec(1, /[0-9]+\/(minute|hour|day)/)),
    counter_clause: ($) => seq('as', field('counter', choice($.counter_name, $.string))),
    counter_name: () => /([A-Za-z0-9_\-.\/:*?]|\{tool\}|\{window\})+/,
    _sum: ($) => seq(field('argument', $.path), $.rate),

    // ── Guards ────────────────────────────────────────────────────────────────────────────────────────────────

    _when: ($) => seq('when', field('condition', $.condition)),
    _when_or_unless: ($) => seq(choice('when', 'unless'), field('condition', $.condition)),
    reason: ($) => seq('because', $.string),

    condition: ($) =>
      choice($.disjunction, $.conjunction, $.negation, $.parenthesized_condition, $.test),
    disjunction: ($) => prec.left(1, seq($.condition, 'or', $.condition)),
    conjunction: ($) => prec.left(2, seq($.condition, 'and', $.condition)),
    negation: ($) => prec(3, seq('not', $.condition)),
    parenthesized_condition: ($) => seq('(', $.condition, ')'),

    test: ($) => seq(field('argument', $.path), choice($._presence, $._matching, $._comparison)),
    _presence: () => field('operator', choice('exists', 'missing')),
    _matching: ($) => seq(field('operator', 'matches'), field('pattern', $.string)),
    _comparison: ($) => seq(field('operator', $.operator), field('value', $.literal)),
    operator: () => choice('==', '!=', '<', '<=', '>', '>=', 'contains', 'in', seq('not', 'in')),

    // An argument of the call: `args.a.b`; a key that is no identifier is quoted.
    path: ($) => seq($.args, repeat1(seq(token.immediate('.'), $._key))),
    args: () => token(prec(1, 'args')),
    _key: ($) => choice($.key, alias($._quoted_key, $.string)),
    key: () => token.immediate(IDENTIFIER),
    _quoted_key: ($) => seq(token.immediate('"'), optional($.string_content), token.immediate('"')),

    // ── Literals: JSON ────────────────────────────────────────────────────────────────────────────────────────

    literal: ($) => choice($.string, $.number, $.true, $.false, $.null, $.list, $.object),
    true: () => 'true',
    false: () => 'false',
    null: () => 'null',
    number: () => token(prec(1, /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/)),
    list: ($) => seq('[', optional(commaSeparated($.literal)), ']'),
    object: ($) => seq('{', optional(commaSeparated($.member)), '}'),
    member: ($) => seq(field('key', $.string), ':', field('value', $.literal)),

    string: ($) => seq('"', optional($.string_content), token.immediate('"')),
    string_content: ($) => repeat1(choice($._text, $.escape_sequence)),
    _text: () => token.immediate(prec(1, /[^"\\\r\n]+/)),
    escape_sequence: () => token.immediate(/\\(u[0-9A-Fa-f]{4}|[^\r\n])/),
  },
});
